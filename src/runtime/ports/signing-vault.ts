import { Keyring } from '../domain/signing/keyring';

/** Where the private keys are kept. */
export interface SigningVault {
  /** Undefined before the first keys. */
  read(): Promise<Keyring | undefined>;
  write(keyring: Keyring): Promise<void>;
}

/** A place to read the keys from, for whoever signs. */
export type KeyringReader = Pick<SigningVault, 'read'>;
