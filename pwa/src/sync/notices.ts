/** The person's bell, which the portal keeps: read while there is network, never stored on the phone. */
import { type Fetch, NoAnswer, request } from "./portal";

export interface Notice {
  id: string;
  title: string;
  body: string;
  path: string;
  created_at: string;
  read_at: string | null;
}

export interface Notices {
  unread: number;
  notices: Notice[];
}

/** null without network or login. */
export async function readNotices(fetch: Fetch): Promise<Notices | null> {
  try {
    const response = await request(fetch, "/notifications/recent", {
      headers: { accept: "application/json" },
    });
    return response.ok ? ((await response.json()) as Notices) : null;
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** One, or all of them for null. Best effort: without network it stays unread, which loses nothing. */
export async function markNoticeRead(fetch: Fetch, id: string | null): Promise<void> {
  const url = id ? `/notifications/${encodeURIComponent(id)}/reading` : "/notifications/readings";
  await request(fetch, url, { method: "POST", headers: { accept: "application/json" } }).catch(
    () => undefined,
  );
}
