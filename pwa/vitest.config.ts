import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    setupFiles: ["fake-indexeddb/auto"],
    environment: "node",
    // Other tests run beside these; only what hangs is to be ended.
    testTimeout: 60_000,
  },
});
