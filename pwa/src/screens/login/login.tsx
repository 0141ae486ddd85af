/** Entrar: once with network; after that the app opens anywhere. */
import type { FC } from "hono/jsx";
import { Banner } from "../../ui/banner";
import { TextField } from "../../ui/fields";
import { Icon } from "../../ui/icons";

export interface LoginProps {
  email: string;
  /** right, and kept in its field while the authenticator's code is asked for */
  password?: string;
  /** why it did not work */
  message?: string;
  isOffline?: boolean;
  /** the session ended while this person's work is on the phone */
  isAgain: boolean;
}

export const Login: FC<LoginProps> = ({ email, password, message, isOffline = false, isAgain }) => (
  <div id="screen" class="bg-primary flex min-h-dvh flex-col">
    <header class="text-primary-content px-6 pt-14 pb-8">
      <Icon name="machine" class="mb-3 size-12" />
      <h1 class="text-3xl font-bold">PWS Campo</h1>
      <p class="mt-1 text-lg">Atendimentos em campo, com ou sem rede.</p>
    </header>
    <main class="bg-base-200 grid flex-1 content-start gap-4 rounded-t-3xl px-6 pt-8 pb-10">
      <div id="problem" class="empty:hidden" />
      {isAgain ? (
        <Banner tone="warn" title="Entre de novo: nada se perdeu" role="status">
          <p>Seus registros estão guardados neste aparelho e seguem depois que você entrar.</p>
        </Banner>
      ) : null}
      {message ? (
        <Banner
          tone={isOffline ? "warn" : "bad"}
          title={message}
          icon={isOffline ? "offline" : "warning"}
          role="alert"
        />
      ) : null}
      <form class="grid gap-4" method="post" action="/field/login" novalidate>
        <TextField
          name="email"
          label="E-mail"
          type="email"
          inputmode="email"
          autocomplete="username"
          autocapitalize="none"
          value={email}
        />
        <TextField
          name="password"
          label="Senha"
          type="password"
          autocomplete="current-password"
          value={password ?? ""}
        />
        {password === undefined ? null : (
          <TextField name="code" label="Código do autenticador" autocomplete="one-time-code" value="" />
        )}
        <button class="btn btn-primary btn-step" type="submit">
          Entrar
        </button>
      </form>
      {isAgain ? (
        <a class="btn btn-quiet" href="/field/">
          Continuar sem entrar
        </a>
      ) : (
        <p class="text-quiet text-center text-[0.9375rem]">
          Esqueceu a senha? Peça um novo acesso no portal da revenda.
        </p>
      )}
    </main>
  </div>
);
