/** What CloudFront Functions (JavaScript runtime 2.0) offer beside ECMAScript; the part that is used here. */
declare module 'cloudfront' {
  interface KeyValueStore {
    /** Rejects when there is no such key. */
    get(key: string): Promise<string>;
  }
  const cloudfront: { kvs(): KeyValueStore };
  export default cloudfront;
}
