/**
 * The portal as the phone meets it: requests under the session's cookie, answers as typed values, failures as one
 * error that says whether and when to try again.
 */
import type { Problem } from "../protocol/wire";

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The portal answered, with a problem of the catalogue (or something that is none: code `http_<status>`). */
export class ProblemAnswer extends Error {
  override name = "ProblemAnswer";

  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title ?? `O portal respondeu ${problem.status}.`);
  }

  get code(): string {
    return this.problem.code;
  }

  get isPassing(): boolean {
    return this.problem.status >= 500 || this.problem.status === 429 || this.problem.status === 408;
  }
}

/** No answer: no network, no portal, or too slow. */
export class NoAnswer extends Error {
  override name = "NoAnswer";

  constructor() {
    super("Sem contato com o portal agora.");
  }
}

const TIMEOUT_MS = 30_000;
/** A slow mobile line needs a minute for four megabytes. */
export const UPLOAD_TIMEOUT_MS = 120_000;

/** @throws NoAnswer; never for a status */
export async function request(
  fetch: Fetch,
  url: string,
  init: RequestInit = {},
  timeoutMs = TIMEOUT_MS,
): Promise<Response> {
  try {
    return await fetch(url, {
      credentials: "same-origin",
      redirect: "error",
      cache: "no-store",
      ...init,
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw new NoAnswer();
  }
}

/** @throws ProblemAnswer, NoAnswer */
export async function postJson<T>(fetch: Fetch, url: string, body: unknown): Promise<T> {
  const response = await request(fetch, url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw await problemOf(response);
  }
  try {
    return (await response.json()) as T;
  } catch {
    // cut in the middle: the same as no answer, and every request may be repeated
    throw new NoAnswer();
  }
}

export async function problemOf(response: Response): Promise<ProblemAnswer> {
  const fallback: Problem = {
    code: response.status === 401 ? "login_required" : `http_${response.status}`,
    status: response.status,
  };
  const retryAfter = Number(response.headers.get("retry-after"));
  if (retryAfter > 0) {
    fallback.retry_after = retryAfter;
  }
  try {
    const body = (await response.json()) as Partial<Problem>;
    return new ProblemAnswer(
      typeof body.code === "string" ? { ...fallback, ...body, status: response.status } : fallback,
    );
  } catch {
    return new ProblemAnswer(fallback);
  }
}
