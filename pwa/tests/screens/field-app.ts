/** The field app as a test asks it: Bruno's full day on his phone, a GPS that answers, a portal that is far away. */
import { createApp, type FieldApp } from "../../src/app";
import type { View } from "../../src/rules/seen";
import { screens } from "../../src/screens";
import type { FieldDeps } from "../../src/shell/deps";
import { Refusal } from "../../src/store/failures";
import { readView } from "../../src/store/view";
import type { LogoutOutcome } from "../../src/sync/session";
import { BRUNO } from "../people";
import { Phone } from "../phone";
import { fullDay } from "./full-day";

const ORIGIN = "https://pws.test";

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
  /** the words a person reads, without tags */
  words: string;
}

type Said = Record<string, string | string[]>;

export class Field {
  readonly app: FieldApp;
  readonly deps: FieldDeps;
  isLoggedIn = true;
  syncs = 0;

  constructor(
    readonly phone: Phone,
    change: Partial<FieldDeps> = {},
    role = "technician",
  ) {
    const person = { id: BRUNO, name: "Bruno Weber", role, email: "bruno@copiasdosul.com.br" };
    this.deps = {
      current: async () => (this.isLoggedIn ? { person, store: phone.store } : null),
      clock: phone.clock,
      assets: { js: "/assets/field-ABCD1234.js", css: "/assets/field-ABCD1234.css" },
      session: {
        login: async () => ({ kind: "offline", message: "Sem rede agora." }),
        logout: async (insist): Promise<LogoutOutcome> =>
          insist ? { kind: "left" } : { kind: "unsent_work", unsent: { mutations: 2, files: 1 } },
        unsent: async () => ({ mutations: 2, files: 1 }),
        rememberedEmail: async () => null,
      },
      requestSync: () => undefined,
      syncNow: async () => {
        this.syncs += 1;
      },
      position: async () => ({
        lat: -27.597,
        lon: -48.5495,
        accuracy: 8,
        fixed_at: phone.clock.now().toISOString(),
      }),
      preparePhoto: async (photo) => {
        if (photo.size < 4) throw new Refusal("photo_unreadable", "Esta imagem não pôde ser lida.");
        return { bytes: await photo.arrayBuffer(), type: "image/jpeg", width: 1200, height: 1600 };
      },
      selfTest: async () => ({
        ran_at: phone.clock.now().toISOString(),
        checks: [{ key: "storage", label: "Gravar e ler de volta", outcome: "ok", detail: "Gravou." }],
      }),
      exportOutbox: async () =>
        new Response("all", { headers: { "content-disposition": 'attachment; filename="pws.multipart"' } }),
      rescueOutbox: async () => {
        throw new Error("O portal não respondeu.");
      },
      storage: async () => ({ usage: 1_500_000, quota: 2_000_000_000, isPersisted: true }),
      notices: async () => null,
      markRead: async () => undefined,
      followTravel: async () => undefined,
      releaseAt: () => undefined,
      ...change,
    };
    this.app = createApp(this.deps, screens);
  }

  static async withAFullDay(change: Partial<FieldDeps> = {}): Promise<Field> {
    const phone = new Phone();
    await phone.fill(fullDay(phone.clock.now()));
    return new Field(phone, change);
  }

  view(): Promise<View> {
    return readView(this.phone.store);
  }

  /** A navigation: the whole page. */
  get(path: string): Promise<Answer> {
    return this.#ask(path, {});
  }

  /** As htmx asks, inside the page. */
  swap(path: string): Promise<Answer> {
    return this.#ask(path, { headers: HTMX });
  }

  post(path: string, said: Said = {}): Promise<Answer> {
    const body = new FormData();
    for (const [name, values] of Object.entries(said)) {
      for (const value of Array.isArray(values) ? values : [values]) body.append(name, value);
    }
    return this.#ask(path, { method: "POST", body, headers: HTMX });
  }

  postForm(path: string, body: FormData, said: Record<string, string>): Promise<Answer> {
    for (const [name, value] of Object.entries(said)) body.append(name, value);
    return this.#ask(path, { method: "POST", body, headers: HTMX });
  }

  async #ask(path: string, init: RequestInit): Promise<Answer> {
    const response = await this.app.fetch(new Request(ORIGIN + path, init));
    const text = await response.text();
    const words = text
      .replace(/<[^>]+>/g, " ")
      .replace(/\s+/g, " ")
      .replace(/&amp;/g, "&");
    return { status: response.status, text, headers: response.headers, words };
  }
}

const HTMX = {
  "hx-request": "true",
  "hx-request-type": "partial",
  "hx-current-url": `${ORIGIN}/field/somewhere`,
};

/** Where htmx is sent on to. */
export function wayOf(answer: Answer): string {
  return (JSON.parse(answer.headers.get("hx-location") ?? "{}") as { path?: string }).path ?? "";
}

/** The value of a field in the HTML of an answer. */
export function typedIn(answer: Answer, name: string): string | undefined {
  const input = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(answer.text)?.[0];
  return input === undefined
    ? new RegExp(`<textarea[^>]*name="${name}"[^>]*>([^<]*)`).exec(answer.text)?.[1]
    : /value="([^"]*)"/.exec(input)?.[1];
}
