import { checksums } from './checksums';
import { send } from './send-form';
import type { PartsTransport } from '../../upload-client/parts-upload';
import type { Api } from '../data/api';

/** Headers that a browser sets by itself and lets no script set. */
const FORBIDDEN = /^(host|content-length)$/i;

export function browserTransport(api: Api): PartsTransport {
  return {
    call: (route, videoId, body, signal) => api.call(route, { path: { videoId }, body, signal }),
    checksum: part => checksums.of(part),
    put: (part, { url, headers }, signal, onSent) => {
      const allowed = Object.fromEntries(Object.entries(headers).filter(([name]) => !FORBIDDEN.test(name)));
      return send('PUT', url, part, signal, onSent, allowed);
    },
    pause,
  };
}

/** When the browser says that the network is back, at once. */
export function pause(milliseconds: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      stopped.removeEventListener('abort', cut);
      resolve();
    };
    const cut = () => {
      done();
      reject(stopped.reason);
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener('online', done);
    stopped.addEventListener('abort', cut);
  });
}
