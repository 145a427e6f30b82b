import { RejectedError } from '../../../domain/errors';

/** What the structure alone says. */
export interface StructureFindings {
  /** A recording that can be played up to where it breaks off. */
  readonly cut?: boolean;
  /** A size that reaches beyond the end of the file. Whether media is missing, the packets tell. */
  readonly overlong?: RejectedError;
}
