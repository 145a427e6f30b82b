import { randomUUID } from 'crypto';
import { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { ArrivalHandler } from './arrival-handler';
import { MultipartSession } from './multipart-session';
import { uploaderRoutes } from './routes';
import { UploadCreator } from './upload-creator';
import { createDynamoDbClient, createS3Client } from '../adapters/aws/clients';
import { CatalogTable } from '../adapters/aws/dynamodb-table';
import { DynamoDbUploadCatalog } from '../adapters/aws/dynamodb-upload-catalog';
import { S3SourceUploads } from '../adapters/aws/s3-source-uploads';
import { S3UploadSigner } from '../adapters/aws/s3-upload-signer';
import { SystemClock } from '../adapters/system-clock';
import { EmfMetrics } from '../adapters/telemetry/emf-metrics';
import { StructuredLogger } from '../adapters/telemetry/structured-logger';
import { readEnvironment, UPLOADER_ENVIRONMENT } from '../contract';
import { Api } from '../http/api';
import { CorsPolicy } from '../http/cors';

const environment = readEnvironment(UPLOADER_ENVIRONMENT, process.env);
const logger = StructuredLogger.create('uploader', environment.LOG_LEVEL);
const metrics = new EmfMetrics(environment.METRICS_NAMESPACE, 'uploader');
const catalog = new DynamoDbUploadCatalog(new CatalogTable(createDynamoDbClient(), environment.CATALOG_TABLE));
const s3 = createS3Client();
const signer = new S3UploadSigner(s3, environment.VIDEO_BUCKET);
const sourceUploads = new S3SourceUploads(s3, environment.VIDEO_BUCKET);
const { MAX_UPLOAD_BYTES: maxBytes, UPLOAD_EXPIRY_SECONDS: expirySeconds } = environment;
const uploads = new UploadCreator({
  catalog, signer, uploads: sourceUploads, metrics, clock: new SystemClock(), newVideoId: randomUUID, expirySeconds,
});
const session = new MultipartSession(catalog, sourceUploads, expirySeconds);
const cors = CorsPolicy.fromEnvironment(environment.ALLOWED_ORIGINS);
const api = new Api({ routes: uploaderRoutes({ uploads, session, maxBytes }), cors, logger, metrics });
const arrivals = new ArrivalHandler(catalog, environment.VIDEO_BUCKET, logger);

/** Two callers: API Gateway, and the rule that reports objects created in the bucket. */
export async function handler(event: APIGatewayProxyEvent | object): Promise<APIGatewayProxyResult | void> {
  return 'httpMethod' in event ? api.handle(event as APIGatewayProxyEvent) : arrivals.handle(event);
}
