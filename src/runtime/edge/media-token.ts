/**
 * CloudFront Function, viewer request of `/media/t/*`: opens media to players that keep no cookies, by a token in the path. It verifies
 * the token and takes it out of the path, so that all viewers share one cached object and relative URLs in playlists keep the token.
 *
 *     /media/t/{keyId}.{expiry, base 36}.{HMAC-SHA256 of "videoId expiry", base64url}/{videoId}/{epoch}/{file}
 */
import cf from 'cloudfront';
import crypto from 'crypto';

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
  const expected = crypto.createHmac('sha256', key).update(videoId + ' ' + expiry).digest('base64url');
  if (!equal(expected, parts[3])) return refuse('TOKEN_INVALID', 'This playback token is not for this video, or was changed.');
  if (parseInt(expiry, 36) * 1000 <= Date.now()) return refuse('TOKEN_EXPIRED', 'This playback token has expired. Ask for playback again.');
  request.uri = '/media/' + videoId + '/' + parts[5];
  return request;
}

/** Takes as long whatever differs, so that nobody finds a signature letter by letter. */
function equal(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index % right.length);
  return difference === 0;
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
