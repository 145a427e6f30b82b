/** What ffprobe prints as JSON, as far as we read it. Every field may be absent: the file decides. */
export interface FfprobeStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly pix_fmt?: string;
  readonly field_order?: string;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly r_frame_rate?: string;
  readonly avg_frame_rate?: string;
  readonly start_time?: string;
  readonly duration?: string;
  readonly nb_frames?: string;
  readonly channels?: number;
  readonly channel_layout?: string;
  readonly sample_rate?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly side_data_list?: readonly FfprobeSideData[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface FfprobeSideData {
  readonly side_data_type?: string;
  readonly displaymatrix?: string;
  readonly dv_profile?: number;
  readonly dv_bl_signal_compatibility_id?: number;
  /** Of the mastering display, cd/m², as a fraction. */
  readonly max_luminance?: string;
  /** Of the brightest pixel, cd/m². */
  readonly max_content?: number;
}

export interface FfprobeFormat {
  readonly format_name?: string;
  readonly start_time?: string;
  readonly duration?: string;
}

export interface FfprobeHeader {
  readonly streams?: readonly FfprobeStream[];
  readonly format?: FfprobeFormat;
}

/** Reads ffprobe's seconds; undefined for `N/A`, absent and not finite. */
export function seconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
