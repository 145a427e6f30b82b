/**
 * What a service may do, and the variables it needs to do it, given in one step: asking for one gives the other.
 */
import * as iam from 'aws-cdk-lib/aws-iam';
import { EnvironmentOf, PROCESSOR_ENVIRONMENT } from '../../runtime/contract';
import { IProcessingQueue } from '../queue/processing-queue-base';
import { ISigningKeys } from '../secrets/signing-keys';
import { IVideoBucket } from '../storage/video-bucket-base';
import { IVideoCatalog } from '../storage/video-catalog';

type BucketVariables = { readonly VIDEO_BUCKET: string };
type SigningVariables = { readonly SIGNING_KEYS_ARN: string };
type CatalogVariables = { readonly CATALOG_TABLE: string };
type QueueVariables = Pick<EnvironmentOf<typeof PROCESSOR_ENVIRONMENT>, 'JOB_QUEUE_URL' | 'VISIBILITY_TIMEOUT_SECONDS' | 'MAX_RECEIVE_COUNT'>;

/** The uploader signs upload forms and records videos. */
export function bindUploader(grantee: iam.IGrantable, bucket: IVideoBucket, catalog: IVideoCatalog): BucketVariables & CatalogVariables {
  bucket.grantUpload(grantee);
  catalog.grantUploader(grantee);
  return storage(bucket, catalog);
}

/** The analytics service lists videos and opens their media. */
export function bindLibrary(
  grantee: iam.IGrantable, catalog: IVideoCatalog, signingKeys: ISigningKeys,
): CatalogVariables & SigningVariables {
  catalog.grantLibrary(grantee);
  signingKeys.grantSign(grantee);
  return { CATALOG_TABLE: catalog.table.tableName, SIGNING_KEYS_ARN: signingKeys.secret.secretArn };
}

/** The processor takes jobs, reads sources, writes media and publishes. */
export function bindProcessor(
  grantee: iam.IGrantable, bucket: IVideoBucket, catalog: IVideoCatalog, queue: IProcessingQueue,
): BucketVariables & CatalogVariables & QueueVariables {
  bucket.grantProcessing(grantee);
  catalog.grantProcessing(grantee);
  queue.grantConsume(grantee);
  return {
    ...storage(bucket, catalog),
    JOB_QUEUE_URL: queue.queue.queueUrl,
    VISIBILITY_TIMEOUT_SECONDS: queue.visibilityTimeout.toSeconds().toString(),
    MAX_RECEIVE_COUNT: queue.maxReceiveCount.toString(),
  };
}

function storage(bucket: IVideoBucket, catalog: IVideoCatalog): BucketVariables & CatalogVariables {
  return { VIDEO_BUCKET: bucket.bucket.bucketName, CATALOG_TABLE: catalog.table.tableName };
}
