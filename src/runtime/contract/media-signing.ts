/** How media is opened to a viewer for a while: times and paths that the signing function, the API and the edge agree on. */

/** Path tokens are below it: `/media/t/{token}/{videoId}/{epoch}/{file}`. No video has the id `t`. */
export const TOKEN_PREFIX = 'media/t/';

/** Longest life of a cookie or token: the longest source is half as long. */
export const MAX_SIGNATURE_SECONDS = 24 * 3600;
/** How long the API may still sign with a key after it has been replaced: its copy of the keys is at most this old. */
export const KEYRING_CACHE_SECONDS = 5 * 60;
/** Two hours: CloudFront deploys a changed key group within minutes (developer guide, "Rotating key pairs"). */
export const SIGNING_PROPAGATION_SECONDS = 2 * 3600;
/** The last signature of a key has ended, wherever clocks are. */
export const SIGNING_RETIREMENT_SECONDS = MAX_SIGNATURE_SECONDS + KEYRING_CACHE_SECONDS + 3600;
