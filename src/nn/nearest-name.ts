/** Names in the messages of networks: what was probably meant, and long ones cut. */
export { shortName, suggestion } from '../ops/rules/nearest-name.js'
