import * as path from 'node:path';
import { Publish } from './publish';
import { readSite } from './site';
import { createS3Client } from '../adapters/aws/clients';
import { S3SiteStore } from '../adapters/aws/s3-site-store';
import { StructuredLogger } from '../adapters/telemetry/structured-logger';
import { ConsolePublication, PUBLISHER_ENVIRONMENT, readEnvironment } from '../contract';
import { answering, CustomResourceEvent } from '../signing/custom-resource';

const environment = readEnvironment(PUBLISHER_ENVIRONMENT, process.env);
const logger = StructuredLogger.create('publisher', environment.LOG_LEVEL);
const store = new S3SiteStore(createS3Client(), environment.CONSOLE_BUCKET);
const publish = new Publish({ store, logger, now: () => new Date(), keepDays: environment.KEEP_DAYS });

type Event = CustomResourceEvent & { readonly ResourceProperties: ConsolePublication };

/** The build lies beside this file: what is published is what was tested. */
export async function handler(event: Event): Promise<void> {
  await answering(event, async () => {
    const { Config, EmptyOnDelete } = event.ResourceProperties;
    if (event.RequestType !== 'Delete') await publish.run(await readSite(path.join(__dirname, 'site')), JSON.parse(Config) as object);
    else if (EmptyOnDelete === 'true') await store.empty();
    // One for the life of the stack: another id would have CloudFormation delete what was just published.
    return { physicalResourceId: 'console' };
  });
}
