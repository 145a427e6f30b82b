import { describeCorpus } from './corpus-suite';
import { COLOURS, SHAPES, TIMING } from './pictures.corpus';

describeCorpus('every shape and direction becomes a correct presentation', SHAPES);
describeCorpus('every rate and length becomes a correct presentation', TIMING);
describeCorpus('every colour and depth becomes a correct presentation', COLOURS);
