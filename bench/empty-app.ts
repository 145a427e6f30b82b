/** What synthesis costs before any construct of ours: the yardstick of the synth benchmark. */
import { App, Stack } from 'aws-cdk-lib';

const app = new App();
new Stack(app, 'Empty');
app.synth();
