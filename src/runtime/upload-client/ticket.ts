/** One presigned form, as S3 takes it. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** How a file is cut. */
export interface PartsPlan {
  readonly videoId: string;
  /** Bytes; the last part may be smaller. */
  readonly partSize: number;
  readonly partCount: number;
}

export interface FormTicket {
  readonly method: 'form';
  readonly videoId: string;
  readonly upload: UploadForm;
}

export interface PartsTicket extends PartsPlan {
  readonly method: 'multipart';
}

/** What `POST /api/uploader/upload` answers: a form for a small file, or the size of the parts that a large one is cut into. */
export type UploadTicket = FormTicket | PartsTicket;

export interface SendHooks {
  readonly signal: AbortSignal;
  /** Bytes of the file that have left so far. */
  readonly onSent: (bytes: number) => void;
  /** The connection broke; the client tries again by itself. */
  readonly onInterrupted?: () => void;
}
