import { Hono } from "hono/tiny";
import type { FieldEnv } from "../../shell/deps";
import { type FieldContext, leaveTo, show } from "../../ui/respond";
import { fieldsOf } from "../form-data";
import { Login, type LoginProps } from "./login";

export const login = new Hono<FieldEnv>();

login.get("/login", async (c) => {
  const email = (await c.var.deps.session.rememberedEmail()) ?? c.var.person?.email ?? "";
  return showLogin(c, { email });
});

login.post("/login", async (c) => {
  const fields = await fieldsOf(c);
  const email = fields.text("email");
  const password = fields.data.get("password");
  if (email === "" || typeof password !== "string" || password === "") {
    return showLogin(c, { email, message: "Informe o e-mail e a senha." }, 422);
  }
  const outcome = await c.var.deps.session.login(email, password, fields.text("code"));
  if (outcome.kind === "entered") return leaveTo(c, "/field/");
  if (outcome.kind === "code_needed") {
    return showLogin(c, { email, password, message: outcome.message }, 422);
  }
  const isOffline = outcome.kind === "offline";
  return showLogin(c, { email, message: outcome.message, isOffline }, isOffline ? 503 : 422);
});

function showLogin(c: FieldContext, props: Omit<LoginProps, "isAgain">, status = 200): Promise<Response> {
  return show(c, "Entrar", <Login {...props} isAgain={c.var.person !== undefined} />, status);
}
