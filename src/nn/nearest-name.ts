/** The name that was probably meant, for the messages of networks. */
export { suggestion } from '../ops/rules/nearest-name.js'
