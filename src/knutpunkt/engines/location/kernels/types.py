"""Names of the arrays that kernels take; numba infers the types, people read the names."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Where lists begin, positions: int64.
Starts = NDArray[np.int64]
#: Numbers of sites or rows in long lists: int32.
Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]
