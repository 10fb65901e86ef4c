"""The catalog: tables derived from the logs, the projector that makes them, and the readers that answer from them.

Trust: nothing here is evidence. Whoever changes the catalog changes what is found until `muniment verify` or `rebuild`,
never what is proven. It holds readable text and belongs on an encrypted volume.
"""
