// Lighthouse on many pages in one Chrome: their addresses and cookies come in as JSON, their scores go out.
// The whole reports lie in the folder that is named.
import { readFileSync, writeFileSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const { pages, folder, flags } = JSON.parse(readFileSync(0, "utf8"));
const chrome = await launch({ chromeFlags: flags });
const scores = {};
try {
  for (const { name, url, cookie } of pages) {
    const { lhr } = await lighthouse(url, {
      port: chrome.port,
      extraHeaders: { Cookie: cookie },
      onlyCategories: ["accessibility", "best-practices"],
      // Neither is a matter of speed; a page that listens to its stream would never be quiet.
      throttlingMethod: "provided",
      maxWaitForLoad: 2500,
      disableFullPageScreenshot: true,
      logLevel: "silent",
    });
    writeFileSync(`${folder}/lighthouse-${name}.json`, JSON.stringify(lhr));
    const faults = Object.values(lhr.categories).flatMap(({ auditRefs }) =>
      auditRefs.filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 1).map(({ id }) => id),
    );
    const [accessibility, practices] = ["accessibility", "best-practices"].map((category) =>
      Math.round(lhr.categories[category].score * 100),
    );
    scores[name] = { accessibility, practices, faults, landed: new URL(lhr.finalDisplayedUrl).pathname };
  }
} finally {
  chrome.kill();
}
process.stdout.write(JSON.stringify(scores));
