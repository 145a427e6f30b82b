/** Time-limited permission to upload, for those who hold no credentials. */
export interface UploadForm {
  readonly url: string;
  /** Form fields to send before the file, as they are. */
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

export interface UploadFormRequest {
  readonly key: string;
  readonly contentType: string;
  /** Most bytes the form accepts; the least is 1. */
  readonly maxBytes: number;
  readonly seconds: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface UploadSigner {
  signForm(request: UploadFormRequest): Promise<UploadForm>;
}
