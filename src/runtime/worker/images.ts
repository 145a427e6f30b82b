/** Entry of the process that makes a job's images: no AWS code in it, no credentials, and its memory goes with it. */
import { serveImageProcess } from '../adapters/ffmpeg/images/image-process';

serveImageProcess().catch(error => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
