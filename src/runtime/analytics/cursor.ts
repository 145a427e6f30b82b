/**
 * Listing cursors: opaque, bound to their user, and evidently damaged when changed.
 *
 * The checksum has no secret, so somebody who reads this can forge a cursor. That gains nothing: the listing's own condition
 * takes the owner from the token, so a forged position only moves within the forger's own library.
 */
import { createHash } from 'crypto';
import { badRequest, forbidden } from '../http/problem';

const CURSOR = /^1\.([0-9a-f]{16})\.([0-9a-f]{16})\.([A-Za-z0-9_-]{1,300})$/;

export function encodeCursor(ownerId: string, position: string): string {
  const encoded = Buffer.from(position, 'utf8').toString('base64url');
  const owner = ownerTag(ownerId);
  return `1.${owner}.${checksum(owner, encoded)}.${encoded}`;
}

/** The position inside; a problem 400 for what we never issued, 403 for what we issued to somebody else. */
export function decodeCursor(ownerId: string, cursor: string): string {
  const [, owner, sum, encoded] = CURSOR.exec(cursor) ?? [];
  if (encoded === undefined || checksum(owner, encoded) !== sum) throw invalidCursor();
  if (owner !== ownerTag(ownerId)) throw forbidden('CURSOR_FOREIGN', 'This cursor belongs to another user’s listing.');
  return Buffer.from(encoded, 'base64url').toString('utf8');
}

export function invalidCursor() {
  return badRequest('CURSOR_INVALID', 'The cursor is not one that a listing returned; start without it.');
}

/** A hash, so that a cursor that ends up in a bookmark or a chat names nobody. */
function ownerTag(ownerId: string): string {
  return shortHash(`owner:${ownerId}`);
}

function checksum(owner: string, encoded: string): string {
  return shortHash(`cursor:${owner}.${encoded}`);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
