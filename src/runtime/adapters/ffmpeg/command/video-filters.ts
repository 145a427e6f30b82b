import { MOST_DAMAGED_SHARE } from '../../../domain/media-policy';
import { formatRational, Rational, toNumber } from '../../../domain/rational';
import { hasAlpha, isHighDynamicRange, Orientation, VideoFacts } from '../../../domain/source-facts';

/** ffprobe's names of colour matrices, in the words of the `scale` filter. */
const SCALE_MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709', smpte170m: 'smpte170m', bt470bg: 'bt470', smpte240m: 'smpte240m', fcc: 'fcc', bt2020nc: 'bt2020', bt2020c: 'bt2020',
};

/** Filters that turn a frame upright, by the clockwise rotation it needs. */
const ROTATIONS: Readonly<Record<Orientation['rotation'], readonly string[]>> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};

interface TopFrame {
  readonly width: number;
  readonly height: number;
  readonly frameRate: Rational;
  readonly frames: number;
  readonly durationSeconds: number;
}

/** Codecs whose frames may be interlaced though the container does not say so. */
const INTERLACED_CODECS: ReadonlySet<string> = new Set(['h264', 'mpeg2video', 'mpeg4', 'dvvideo', 'dnxhd', 'prores', 'mjpeg', 'vc1', 'rawvideo']);
const SMALLEST_DEINTERLACED = 4;

/** Where the header does not say it, each frame does: DV and DNxHD know of no other place. */
function deinterlace({ interlaced, codec, width, height }: VideoFacts): readonly string[] {
  if (Math.min(width, height) < SMALLEST_DEINTERLACED) return [];
  if (interlaced) return ['bwdif=mode=send_frame:deint=all'];
  return INTERLACED_CODECS.has(codec) ? ['bwdif=mode=send_frame:deint=interlaced'] : [];
}

function orient({ flipped, rotation }: Orientation): readonly string[] {
  return [...(flipped ? ['hflip'] : []), ...ROTATIONS[rotation]];
}

/** What players assume of a file that does not say: BT.709 for high definition, BT.601 below. */
function sourceMatrix({ colour, height, width }: VideoFacts): string {
  return SCALE_MATRICES[colour.matrix ?? ''] ?? (Math.min(width, height) >= 720 ? 'bt709' : 'smpte170m');
}

const P3: readonly string[] = ['smpte431', 'smpte432'];
/** Luminance of diffuse white in an HDR programme, cd/m² (ITU-R BT.2408). */
const HDR_WHITE_NITS = 203;
/** What HDR files are graded for that do not say. */
const USUAL_PEAK_NITS = 1000;

/**
 * Diffuse white is 1. Light up to a bit below half of it keeps its place, so that skin and grey look as in SDR; what is brighter is
 * rolled off up to the peak, as ITU-R BT.2390 does.
 */
function toneMap({ colour }: VideoFacts): string {
  const peak = Math.min(10_000, Math.max(colour.transfer === 'arib-std-b67' ? USUAL_PEAK_NITS : colour.peakNits ?? USUAL_PEAK_NITS, HDR_WHITE_NITS * 1.5));
  return `tonemap=tonemap=mobius:param=0.45:desat=0:peak=${(peak / HDR_WHITE_NITS).toFixed(4)}`;
}

function zscaleInput({ colour }: VideoFacts, transfer: string): string {
  const matrix = ['bt709', 'smpte170m', 'bt470bg', 'bt2020nc', 'bt2020c'].find(name => name === colour.matrix) ?? 'bt2020nc';
  const primaries = ['bt709', 'smpte170m', 'bt470bg', 'bt2020', ...P3].find(name => name === colour.primaries) ?? 'bt2020';
  return `min=${matrix}:pin=${primaries}:tin=${transfer}:rin=${colour.fullRange ? 'full' : 'limited'}`;
}

/** Scales and converts to 8-bit BT.709, from HDR, wide-gamut SDR or ordinary SDR. */
function scaleAndColour(video: VideoFacts, width: number, height: number): readonly string[] {
  if (isHighDynamicRange(video)) {
    return [
      `zscale=w=${width}:h=${height}:f=bicubic:${zscaleInput(video, video.colour.transfer!)}:t=linear:npl=${HDR_WHITE_NITS}:m=gbr`,
      'format=gbrpf32le',
      'zscale=p=bt709',
      toneMap(video),
      'zscale=t=bt709:m=bt709:p=bt709:r=limited',
      // Light beyond the stated (or assumed) peak of the file comes out brighter than white.
      'format=yuv420p',
      'limiter=min=16:max=235:planes=1',
      'limiter=min=16:max=240:planes=6',
    ];
  }
  if (video.colour.primaries === 'bt2020' || P3.includes(video.colour.primaries ?? '')) {
    return [`zscale=w=${width}:h=${height}:f=bicubic:${zscaleInput(video, 'bt709')}:t=bt709:m=bt709:p=bt709:r=limited`];
  }
  const range = `in_range=${video.colour.fullRange ? 'full' : 'limited'}:out_range=limited`;
  return [`scale=${width}:${height}:flags=bicubic:in_color_matrix=${sourceMatrix(video)}:out_color_matrix=bt709:${range}`];
}

/**
 * The chain from decoded source to the largest frame of the ladder: progressive, upright, square pixels, BT.709,
 * 8 bit, constant rate, exactly `frames` frames.
 */
export function topFrameFilters(video: VideoFacts, top: TopFrame): readonly string[] {
  const sideways = video.orientation.rotation % 180 !== 0;
  const [width, height] = sideways ? [top.height, top.width] : [top.width, top.height];
  // The last frame is repeated until the audio ends, and over what a damaged file may have lost at its end; more must show as a short
  // output. Two frames cover rounding.
  const padSeconds = Math.max(0, top.durationSeconds - video.lastPictureSeconds) + top.durationSeconds * MOST_DAMAGED_SHARE + 2 / toNumber(top.frameRate);
  return [
    // A file may change its frame size midway, as when a phone is turned. These pass frames through until it does; then the new
    // size is fitted into the old, and every filter after them sees one size only.
    `scale=${video.width}:${video.height}:interl=-1:force_original_aspect_ratio=decrease:eval=frame`,
    `pad=${video.width}:${video.height}:-1:-1:eval=frame`,
    ...deinterlace(video),
    // Alpha is light that is missing: on black.
    ...(hasAlpha(video) ? ['format=gbrap', 'premultiply=inplace=1', 'format=gbrp'] : []),
    // Some containers give the last frame no length, and fps would drop it: it drops this repetition instead.
    'tpad=stop_mode=clone:stop=1',
    // start_time=0: a video track that starts late shows its first frame from the beginning, so audio stays in sync.
    // eof_action=pass: a last frame shorter than one of ours is kept; it may be the only one.
    `fps=fps=${formatRational(top.frameRate)}:start_time=0:eof_action=pass`,
    ...scaleAndColour(video, width, height),
    'format=yuv420p',
    ...orient(video.orientation),
    'setsar=1',
    'setparams=field_mode=prog:range=limited:color_primaries=bt709:color_trc=bt709:colorspace=bt709',
    // Display matrix, HDR metadata, captions: none is true of the output any more.
    'sidedata=mode=delete',
    `tpad=stop_mode=clone:stop_duration=${padSeconds.toFixed(6)}`,
    `trim=end_frame=${top.frames}`,
  ];
}
