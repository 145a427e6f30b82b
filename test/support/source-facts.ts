import { rational } from '../../src/runtime/domain/rational';
import { SourceFacts, VideoFacts } from '../../src/runtime/domain/source-facts';

/** An ordinary picture track: 100 s of 1080p at 30 pictures a second. */
export function videoFacts(over: Partial<VideoFacts> = {}): VideoFacts {
  return {
    streamIndex: 0,
    codec: 'h264',
    width: 1920,
    height: 1080,
    pixelAspect: rational(1),
    orientation: { flipped: false, rotation: 0 },
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    colour: { fullRange: false },
    interlaced: false,
    frameRate: rational(30),
    variableFrameRate: false,
    frames: 3000,
    startSeconds: 0,
    endSeconds: 100,
    lastPictureSeconds: 99.967,
    ...over,
  };
}

/** An ordinary source, without sound. */
export function sourceFacts(over: Partial<SourceFacts> = {}): SourceFacts {
  return { container: 'mov', sizeBytes: 1_000_000, durationSeconds: 100, streams: 1, video: videoFacts(), warnings: [], ...over };
}
