/** There is no broker where the user said, or what they said is no address. The message is one sentence. */
export class BrokerUnreachable extends Error {
  override readonly name = "BrokerUnreachable";
}
