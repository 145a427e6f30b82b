/**
 * CloudFront Function, viewer request of `/media/t/*`: opens media to players that keep no cookies, by a token in the path. It verifies
 * the token and takes it out of the path, so that all viewers share one cached object and relative URLs in playlists keep the token.
 *
 *     /media/t/{keyId}.{expiry, base 36}.{HMAC-SHA256 of "videoId expiry", base64url}/{videoId}/{epoch}/{file}
 */
import crypto from 'crypto';
// eslint-disable-next-line import/no-unresolved -- a module of CloudFront's runtime
import cf from 'cloudfront';

interface ViewerRequestEvent {
  readonly request: { uri: string; readonly querystring: object };
}

const keys = cf.kvs();
const PATH = /^\/media\/t\/([0-9a-z]{1,40})\.([0-9a-z]{1,9})\.([\w-]{43})\/([0-9a-f-]{36})\/([0-9]{1,12}\/[A-Za-z0-9][\w.-]*)$/;

export async function handler(event: ViewerRequestEvent) {
  const request = event.request;
  const parts = PATH.exec(request.uri);
  if (!parts) return refuse('TOKEN_MALFORMED', 'This is no URL of a playback token.');
  const keyId = parts[1];
  const expiry = parts[2];
  const videoId = parts[4];
  let key: string;
  try {
    key = await keys.get(keyId);
  } catch (_) {
    return refuse('TOKEN_KEY_UNKNOWN', 'The key of this playback token is no longer honoured. Ask for playback again.');
  }
  const expected = mac(key, videoId + ' ' + expiry);
  // Compared by their own MACs, so that the time it takes tells nobody how many letters were right.
  if (mac(key, expected) !== mac(key, parts[3])) return refuse('TOKEN_INVALID', 'This playback token is not for this video, or was changed.');
  if (parseInt(expiry, 36) * 1000 <= Date.now()) return refuse('TOKEN_EXPIRED', 'This playback token has expired. Ask for playback again.');
  request.uri = '/media/' + videoId + '/' + parts[5];
  return request;
}

function mac(key: string, text: string): string {
  return crypto.createHmac('sha256', key).update(text).digest('base64url');
}

/** A player on another site can read the reason. */
function refuse(code: string, detail: string) {
  return {
    statusCode: 403,
    statusDescription: 'Forbidden',
    headers: {
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' },
      'access-control-allow-origin': { value: '*' },
    },
    body: JSON.stringify({ type: 'about:blank', title: 'Media needs a valid token', status: 403, code: code, detail: detail }),
  };
}
