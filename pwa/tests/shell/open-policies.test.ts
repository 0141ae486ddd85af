/** Documents that wait are shown with a network, and never without one. */
import { beforeEach, expect, test } from "vitest";
import { showOpenPolicies } from "../../src/shell/open-policies";

class Page {
  readonly shown: { id: string; remove(): void }[] = [];
  readonly body = { prepend: (element: { id: string }) => void this.shown.push(element as never) };
  createElement() {
    const page = this;
    return {
      id: "",
      setAttribute: () => undefined,
      append: () => undefined,
      remove() {
        page.shown.splice(page.shown.indexOf(this as never), 1);
      },
    };
  }
  getElementById(id: string) {
    return this.shown.find((element) => element.id === id) ?? null;
  }
}

let page = new Page();
beforeEach(() => {
  page = new Page();
});

const answering =
  (body: unknown, status = 200) =>
  async () =>
    Response.json(body, { status });
const show = (fetch: () => Promise<Response>) => showOpenPolicies(fetch, page as unknown as Document);

test("the bar comes with open documents, once, and goes when they are confirmed", async () => {
  await show(answering({ user: { has_open_policies: true } }));
  await show(answering({ user: { has_open_policies: true } }));
  expect(page.shown.length).toBe(1);
  await show(answering({ user: { has_open_policies: false } }));
  expect(page.shown.length).toBe(0);
});

test("without network, session or sense in the answer nothing is shown and nothing thrown", async () => {
  await show(() => Promise.reject(new TypeError("Failed to fetch")));
  await show(answering({}, 401));
  await show(async () => new Response("<html>"));
  expect(page.shown.length).toBe(0);
});
