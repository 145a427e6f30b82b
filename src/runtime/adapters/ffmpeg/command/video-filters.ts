import { formatRational, Rational, toNumber } from '../../../domain/rational';
import { isHighDynamicRange, Orientation, VideoFacts } from '../../../domain/source-facts';

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

function orient({ flipped, rotation }: Orientation): readonly string[] {
  return [...(flipped ? ['hflip'] : []), ...ROTATIONS[rotation]];
}

/** What players assume of a file that does not say: BT.709 for high definition, BT.601 below. */
function sourceMatrix({ colour, height, width }: VideoFacts): string {
  return SCALE_MATRICES[colour.matrix ?? ''] ?? (Math.min(width, height) >= 720 ? 'bt709' : 'smpte170m');
}

function zscaleInput({ colour }: VideoFacts, transfer: string): string {
  const matrix = ['bt709', 'smpte170m', 'bt470bg', 'bt2020nc', 'bt2020c'].find(name => name === colour.matrix) ?? 'bt2020nc';
  const primaries = ['bt709', 'smpte170m', 'bt470bg', 'bt2020', 'smpte432'].find(name => name === colour.primaries) ?? 'bt2020';
  return `min=${matrix}:pin=${primaries}:tin=${transfer}:rin=${colour.fullRange ? 'full' : 'limited'}`;
}

/** Scales and converts to 8-bit BT.709, from HDR, wide-gamut SDR or ordinary SDR. */
function scaleAndColour(video: VideoFacts, width: number, height: number): readonly string[] {
  if (isHighDynamicRange(video)) {
    return [
      `zscale=w=${width}:h=${height}:f=bicubic:${zscaleInput(video, video.colour.transfer!)}:t=linear:npl=100:m=gbr`,
      'format=gbrpf32le',
      'zscale=p=bt709',
      'tonemap=tonemap=hable:desat=0',
      'zscale=t=bt709:m=bt709:p=bt709:r=limited',
      // Light beyond the stated (or assumed) peak of the file comes out brighter than white.
      'format=yuv420p',
      'limiter=min=16:max=235:planes=1',
      'limiter=min=16:max=240:planes=6',
    ];
  }
  if (video.colour.primaries === 'bt2020') {
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
  // The last frame is repeated until the audio ends. Two more cover rounding; what is missing beyond that was lost in
  // decoding, and must show as a short output rather than be padded over.
  const padSeconds = Math.max(0, top.durationSeconds - video.lastPictureSeconds) + 2 / toNumber(top.frameRate);
  return [
    // A file may change its frame size midway. This is a pass-through until it does, and every filter after it
    // sees one size only.
    `scale=${video.width}:${video.height}:interl=-1`,
    ...(video.interlaced ? ['bwdif=mode=send_frame:deint=all'] : []),
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
