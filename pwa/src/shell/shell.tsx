/** The document that the portal serves for every address of the app: no data, only what draws itself. */
import { Page } from "../ui/page";

export function shellDocument(assets: { js: string; css: string }): string {
  const page = (
    <Page title="Campo" assets={assets}>
      <main id="screen" data-shell>
        <p role="status">Abrindo…</p>
        <noscript>O aplicativo de campo precisa de JavaScript.</noscript>
      </main>
    </Page>
  );
  return `<!doctype html>${page.toString()}`;
}
