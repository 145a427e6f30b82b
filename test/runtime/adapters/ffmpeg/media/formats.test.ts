import { describeCorpus } from './corpus-suite';
import { FORMATS, SOUND_AND_TRACKS } from './formats.corpus';

describeCorpus('every accepted format becomes a correct presentation', FORMATS);
describeCorpus('sound and tracks of every kind become a correct presentation', SOUND_AND_TRACKS);
