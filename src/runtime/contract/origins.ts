/** Which values `allowedOrigins` may hold: the one rule of the API, its functions and the bucket. */

/** An origin as browsers send it: a scheme and a host, and nothing after it. Plain http is for a page on the developer's own machine. */
const ORIGIN = /^(https:\/\/[a-z0-9.-]+(:\d{1,5})?|http:\/\/(localhost|127\.0\.0\.1)(:\d{1,5})?)$/;
/** S3 also takes one wildcard per origin (Amazon S3 user guide, "Elements of a CORS configuration"). */
const BUCKET_ORIGIN = /^https?:\/\/[^/*\s]*\*?[^/*\s]*$/;

export function isOrigin(value: string): boolean {
  return ORIGIN.test(value);
}

export function isBucketOrigin(value: string): boolean {
  return BUCKET_ORIGIN.test(value);
}
