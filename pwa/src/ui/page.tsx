/** The whole HTML document around a screen, for navigations. No inline script or style: the CSP allows none. */
import type { FC, PropsWithChildren } from "hono/jsx";

interface Props {
  title: string;
  assets: { js: string; css: string };
}

/** Boosted links and forms swap the frame; their addresses stay real ones. */
const BOOST = "swap:outerHTML target:#screen";

/** htmx's own style element is CSP-safe; `open` of a fold is the person's and survives a refresh. */
const HTMX_CONFIG = '{"morphIgnore":["data-htmx-powered","open"],"defaultTimeout":0,"defaultSettleDelay":0}';

export const Page: FC<PropsWithChildren<Props>> = ({ title, assets, children }) => (
  <html lang="pt-BR" data-theme="pws">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <meta name="theme-color" content="#0b4f5c" />
      <meta name="description" content="Atendimentos em campo, com ou sem rede." />
      <meta name="format-detection" content="telephone=no" />
      <meta name="htmx-config" content={HTMX_CONFIG} />
      <title>{`${title} · PWS Campo`}</title>
      <link rel="manifest" href="/field/manifest.webmanifest" />
      <link rel="icon" href="/field/icon.svg" type="image/svg+xml" />
      <link rel="apple-touch-icon" href="/field/icon-192.png" />
      <link rel="stylesheet" href={assets.css} />
      <script src={assets.js} type="module" />
    </head>
    <body hx-boost:inherited={BOOST}>{children}</body>
  </html>
);
