import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** The server that `npm run dev` asks; `cargo xtask demo` listens there. */
const SERVER = process.env.BATON_SERVER ?? 'http://127.0.0.1:8080';
const PROXY = { '/api': SERVER, '/a/': SERVER, '/u/': SERVER };

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2023', manifest: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { proxy: PROXY },
  preview: { proxy: PROXY },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test_setup.ts'],
  },
});
