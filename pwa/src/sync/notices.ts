/** The person's bell, which the portal keeps: read while there is network, never stored on the phone. */
import { type Fetch, NoAnswer, problemOf, request } from "./portal";

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

/** @throws NoAnswer, ProblemAnswer */
export async function readNotice(fetch: Fetch, id: string): Promise<void> {
  await tell(fetch, `/notifications/${encodeURIComponent(id)}/reading`);
}

/** @throws NoAnswer, ProblemAnswer */
export async function readEveryNotice(fetch: Fetch): Promise<void> {
  await tell(fetch, "/notifications/readings");
}

async function tell(fetch: Fetch, url: string): Promise<void> {
  const response = await request(fetch, url, { method: "POST", headers: { accept: "application/json" } });
  if (!response.ok) throw await problemOf(response);
}
