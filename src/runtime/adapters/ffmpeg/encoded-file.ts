import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { EncodedFile } from '../../ports/transcoder';

/** Files of the output folder with their type and size, in the order given. */
export async function describeFiles(folder: string, files: readonly string[], contentType: string): Promise<EncodedFile[]> {
  return Promise.all(files.map(async file => ({ file, contentType, sizeBytes: (await stat(path.join(folder, file))).size })));
}
