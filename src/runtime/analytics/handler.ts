import { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { Playback } from './playback';
import { analyticsRoutes } from './routes';
import { createDynamoDbClient, createSecretsManagerClient } from '../adapters/aws/clients';
import { CloudFrontPlaybackSigner } from '../adapters/aws/cloudfront-playback-signer';
import { DynamoDbLibraryCatalog } from '../adapters/aws/dynamodb-library-catalog';
import { CatalogTable } from '../adapters/aws/dynamodb-table';
import { SecretsManagerVault } from '../adapters/aws/secrets-manager-vault';
import { SystemClock } from '../adapters/system-clock';
import { EmfMetrics } from '../adapters/telemetry/emf-metrics';
import { StructuredLogger } from '../adapters/telemetry/structured-logger';
import { ANALYTICS_ENVIRONMENT, readEnvironment } from '../contract';
import { Api } from '../http/api';
import { CorsPolicy } from '../http/cors';

const environment = readEnvironment(ANALYTICS_ENVIRONMENT, process.env);
const logger = StructuredLogger.create('analytics', environment.LOG_LEVEL);
const metrics = new EmfMetrics(environment.METRICS_NAMESPACE, 'analytics');
const catalog = new DynamoDbLibraryCatalog(new CatalogTable(createDynamoDbClient(), environment.CATALOG_TABLE));
const clock = new SystemClock();
const vault = new SecretsManagerVault(createSecretsManagerClient(), environment.SIGNING_KEYS_ARN);
const playback = new Playback(new CloudFrontPlaybackSigner(vault, clock), clock, environment.PLAYBACK_EXPIRY_SECONDS);
const cors = CorsPolicy.fromEnvironment(environment.ALLOWED_ORIGINS);
const api = new Api({ routes: analyticsRoutes({ catalog, playback, metrics }), cors, logger, metrics });

export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  return api.handle(event);
}
