/** Opens the media of one video to a viewer until a given time. */
export interface PlaybackSigner {
  /**
   * CloudFront's signed cookies, name and value.
   *
   * @param host that the viewer uses: the cookies are good there alone
   */
  cookies(videoId: string, host: string, expires: Date): Promise<Readonly<Record<string, string>>>;
  /** A token for the path, for players that keep no cookies. */
  token(videoId: string, expires: Date): Promise<string>;
}
