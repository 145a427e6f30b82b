export { FrontDoor } from './front-door';
export { BucketOrigins } from './origins';
