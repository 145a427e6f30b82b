import { createS3Client } from '../../../src/runtime/adapters/aws/clients';
import { CatalogTable } from '../../../src/runtime/adapters/aws/dynamodb-table';
import { DynamoDbUploadCatalog } from '../../../src/runtime/adapters/aws/dynamodb-upload-catalog';
import { S3SourceUploads } from '../../../src/runtime/adapters/aws/s3-source-uploads';
import { S3UploadSigner } from '../../../src/runtime/adapters/aws/s3-upload-signer';
import { Api } from '../../../src/runtime/http/api';
import { CorsPolicy } from '../../../src/runtime/http/cors';
import { MultipartSession } from '../../../src/runtime/uploader/multipart-session';
import { uploaderRoutes } from '../../../src/runtime/uploader/routes';
import { UploadCreator } from '../../../src/runtime/uploader/upload-creator';
import { BUCKETS, IDENTITY, REGION } from '../../local/aws/s3/support';
import { CatalogFixture, TABLE, videoIdOf } from '../adapters/aws/catalog-fixture';
import { RecordedLogger, RecordedMetrics } from '../http/recorded-telemetry';

export const BUCKET = BUCKETS.kms.name;

const MAX_BYTES = 1024 ** 3;

/** The uploader as its handler puts it together, on a local bucket and table. */
export function createUploader(s3Endpoint: string, table: CatalogFixture): Api<'uploader'> {
  const client = createS3Client({ region: REGION, endpoint: s3Endpoint, credentials: IDENTITY, forcePathStyle: true });
  const catalog = new DynamoDbUploadCatalog(new CatalogTable(table.client, TABLE));
  const sources = new S3SourceUploads(client, BUCKET);
  let ids = 0;
  const uploads = new UploadCreator({
    catalog,
    signer: new S3UploadSigner(client, BUCKET),
    uploads: sources,
    metrics: new RecordedMetrics(),
    clock: { now: () => new Date() },
    newVideoId: () => videoIdOf(++ids),
    expirySeconds: 900,
  });
  return new Api({
    routes: uploaderRoutes({ uploads, session: new MultipartSession(catalog, sources, 900), maxBytes: MAX_BYTES }),
    cors: CorsPolicy.fromEnvironment([]),
    logger: new RecordedLogger(),
    metrics: new RecordedMetrics(),
  });
}
