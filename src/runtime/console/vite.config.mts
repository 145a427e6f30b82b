import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

/** `npx vite src/runtime/console` serves the page with hot reload in front of a running `npm run demo`. */
const PLATFORM = process.env.PLATFORM_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  // Its own optimizer targets older browsers and would write `light-dark()` out by hand.
  plugins: [tailwindcss({ optimize: false })],
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // Everything under one folder of hashed names: one cache rule fits all of it.
    assetsDir: 'assets',
    // A `data:` URL would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    // hls.js, which only a page with a player loads.
    chunkSizeWarningLimit: 620,
  },
  server: { proxy: { '/api': PLATFORM, '/media': PLATFORM, '/config.json': PLATFORM } },
});
