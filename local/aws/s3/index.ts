export { S3Service } from './service';
;
export type { BucketDefinition, CorsRule, ObjectCreated } from './types';
