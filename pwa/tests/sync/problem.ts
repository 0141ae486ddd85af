/** RFC 9457, as the portal says it. */
export function problem(status: number, code: string, facts: object = {}): Response {
  return new Response(JSON.stringify({ type: `/problems/${code}`, code, status, title: code, ...facts }), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}
