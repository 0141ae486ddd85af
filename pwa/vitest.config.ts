import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    setupFiles: ["fake-indexeddb/auto"],
    environment: "node",
  },
});
