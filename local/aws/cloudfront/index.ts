export { CloudFrontService } from './cloudfront-service';
export { KeyValueStoreService } from './key-value-store-service';
