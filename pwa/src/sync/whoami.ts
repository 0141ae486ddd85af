/** Whose session the browser's cookie is, by the portal. */
import { type Fetch, NoAnswer, ProblemAnswer, problemOf, request } from "./portal";

export interface SessionUser {
  id: string;
  name: string;
  role: string;
}

/** @throws ProblemAnswer `login_required` when it is nobody's or not this user's */
export async function whoAmI(fetch: Fetch, userId: string): Promise<SessionUser> {
  const response = await request(fetch, "/session", { headers: { accept: "application/json" } });
  if (!response.ok) {
    throw await problemOf(response);
  }
  const user = await userIn(response);
  if (user.id !== userId) {
    throw new ProblemAnswer({
      code: "login_required",
      status: 401,
      detail: "Outra pessoa entrou no portal neste aparelho. Entre de novo para enviar o seu trabalho.",
    });
  }
  return user;
}

/** @throws NoAnswer when the answer was cut or is no answer of the portal */
export async function userIn(response: Response): Promise<SessionUser> {
  try {
    const { user } = (await response.json()) as { user: SessionUser };
    if (typeof user.id === "string") {
      return user;
    }
  } catch {
    // said below
  }
  throw new NoAnswer();
}
