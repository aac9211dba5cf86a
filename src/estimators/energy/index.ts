/** Networks with an energy: what they have learned is where it is low. */
export { BernoulliRBM } from './bernoulli-rbm.js'
export { HopfieldNetwork } from './hopfield-network.js'
export { ModernHopfieldNetwork } from './modern-hopfield.js'
