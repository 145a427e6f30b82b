export { Distribution } from './distribution';
export { BucketOrigins } from './origins';
