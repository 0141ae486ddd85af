// Uploads one file by tus-js-client, as its documentation shows it, and says in JSON what came of it.
// usage: node tus-js.mjs '{"endpoint", "token", "file", "metadata", "chunkSize", "urls", "terminateAt"}'

import { createReadStream } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../pwa/package.json", import.meta.url));
const tus = require("tus-js-client");
const wanted = JSON.parse(process.argv[2]);
const seen = { receipt: null, offsets: [], creations: 0, heads: 0, url: null, error: null, isTerminated: false };

const upload = new tus.Upload(createReadStream(wanted.file), {
  endpoint: wanted.endpoint,
  headers: { Authorization: `Bearer ${wanted.token}` },
  metadata: wanted.metadata,
  chunkSize: wanted.chunkSize,
  retryDelays: Array(60).fill(250),
  urlStorage: new tus.FileUrlStorage(wanted.urls),
  fingerprint: async () => wanted.file,
  onAfterResponse(request, response) {
    if (request.getMethod() === "POST") seen.creations += 1;
    if (request.getMethod() === "HEAD") seen.heads += 1;
    const offset = response.getHeader("Upload-Offset");
    if (offset != null) seen.offsets.push(Number(offset));
    seen.receipt = response.getHeader("File-Receipt") ?? seen.receipt;
  },
  async onChunkComplete(_size, offset) {
    if (wanted.terminateAt == null || offset < wanted.terminateAt) return;
    await upload.abort(true);
    seen.isTerminated = true;
    finish();
  },
  onError(error) {
    seen.error = String(error);
    finish();
  },
  onSuccess: finish,
});

const [earlier] = await upload.findPreviousUploads();
if (earlier !== undefined) upload.resumeFromPreviousUpload(earlier);
upload.start();

function finish() {
  seen.url = upload.url;
  process.stdout.write(JSON.stringify(seen));
  process.exit(0);
}
