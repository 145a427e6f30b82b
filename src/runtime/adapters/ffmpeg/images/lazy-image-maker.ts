import type * as imageMakerModule from './image-maker';

/** Brings sharp in only where images are made: loaded, it takes 15 MB, used, it takes more than the worker. */
export function imageMaker(): typeof imageMakerModule {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- jest does not know the extension that import() must name
  return require('./image-maker') as typeof imageMakerModule;
}
