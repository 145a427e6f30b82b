/** What stands in the state folder cannot be read back. */
class DamagedState extends Error {
  constructor(stateDirectory: string, cause: Error) {
    super(`The state in ${stateDirectory} is damaged (${cause.message.split(/[;\n]/)[0]}); start with --fresh, which forgets it`);
    this.name = 'DamagedState';
  }
}

/** JSON that is none, a queue's journal, a table's database: anything else that fails at the start is not the state's fault. */
export function asDamagedState(error: Error & { code?: string }, stateDirectory: string): Error {
  const damaged = error instanceof SyntaxError || /^LEVEL_|Corruption|is damaged|not readable as JSON/i.test(`${error.code ?? ''} ${error.message} ${error.cause ?? ''}`);
  return damaged ? new DamagedState(stateDirectory, error) : error;
}
