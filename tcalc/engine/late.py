"""Which module of engine/ops declares a name, for those that start-up leaves out. Written by tests/make_late.py; a test keeps it fresh."""

from __future__ import annotations

# Names with overloads in more than one module.
SHARED = frozenset("diagonal eig log_softmax lstsq norm relu relu_ softmax solve tanh unfold vander".split())

# Methods of Tensor.
METHODS = """
    acos acos_ acosh acosh_ addbmm addbmm_ addcdiv addcdiv_ addcmul addcmul_ addmm addmm_ addmv addmv_ addr addr_ adjoint all allclose amax amin
    aminmax angle any apply_ arccos arccos_ arccosh arccosh_ arcsin arcsin_ arcsinh arcsinh_ arctan arctan2 arctan2_ arctan_ arctanh arctanh_
    argmax argmin argsort argwhere as_strided as_strided_ as_strided_scatter asin asin_ asinh asinh_ atan atan2 atan2_ atan_ atanh atanh_ baddbmm
    baddbmm_ bernoulli bernoulli_ bfloat16 bincount bitwise_and bitwise_and_ bitwise_left_shift bitwise_left_shift_ bitwise_not bitwise_not_
    bitwise_or bitwise_or_ bitwise_right_shift bitwise_right_shift_ bitwise_xor bitwise_xor_ bmm bool broadcast_to byte cauchy_ ccol_indices
    cdouble ceil ceil_ cfloat char cholesky cholesky_inverse cholesky_solve chunk clamp clamp_ clamp_max clamp_max_ clamp_min clamp_min_ clip
    clip_ clone coalesce col_indices conj conj_physical conj_physical_ const_data_ptr contiguous copy_ copysign copysign_ corrcoef cos cos_ cosh
    cosh_ count_nonzero cov cpu cross crow_indices cuda cummax cummin cumprod cumprod_ cumsum cumsum_ deg2rad deg2rad_ dense_dim det diag
    diag_embed diagflat diagonal diagonal_scatter diff digamma digamma_ dist dot double dsplit eig eq eq_ equal erf erf_ erfc erfc_ erfinv
    erfinv_ exp exp2 exp2_ exp_ expand expand_as expm1 expm1_ exponential_ fill_ fill_diagonal_ fix fix_ flatten flip fliplr flipud float
    float_power float_power_ floor floor_ fmax fmin frac frac_ frexp gather gcd gcd_ ge ge_ geometric_ geqrf ger greater greater_ greater_equal
    greater_equal_ gt gt_ half hardshrink hash_tensor heaviside heaviside_ histc histogram hsplit hypot hypot_ i0 i0_ igamma igamma_ igammac
    igammac_ index_add index_add_ index_copy index_copy_ index_fill index_fill_ index_put index_put_ index_reduce index_reduce_ index_select
    indices inner int inverse is_coalesced is_conj is_distributed is_neg is_nonzero is_pinned is_shared isclose isfinite isinf isnan isneginf
    isposinf isreal istft kron kthvalue lcm lcm_ ldexp ldexp_ le le_ lerp lerp_ less less_ less_equal less_equal_ lgamma lgamma_ log log10 log10_
    log1p log1p_ log2 log2_ log_ log_normal_ log_softmax logaddexp logaddexp2 logcumsumexp logdet logical_and logical_and_ logical_not
    logical_not_ logical_or logical_or_ logical_xor logical_xor_ logit logit_ logsumexp long lstsq lt lt_ lu lu_solve map2_ map_ masked_fill
    masked_fill_ masked_scatter masked_scatter_ masked_select matmul matrix_exp matrix_power max maximum mean median min minimum mm mode moveaxis
    movedim msort multinomial mv mvlgamma mvlgamma_ nan_to_num nan_to_num_ nanmean nanmedian nanquantile nansum narrow narrow_copy ne ne_ new
    new_empty new_empty_strided new_full new_ones new_tensor new_zeros nextafter nextafter_ nonzero nonzero_static norm normal_ not_equal
    not_equal_ orgqr ormqr outer permute pinverse polygamma polygamma_ prelu prod put put_ qr quantile rad2deg rad2deg_ random_ ravel reciprocal
    reciprocal_ reinforce relu relu_ renorm renorm_ repeat repeat_interleave reshape reshape_as resize resize_ resize_as resize_as_ resolve_conj
    resolve_neg roll rot90 round round_ row_indices rsqrt rsqrt_ scatter scatter_ scatter_add scatter_add_ scatter_reduce scatter_reduce_ select
    select_scatter set_ short sigmoid sigmoid_ signbit sin sin_ sinc sinc_ sinh sinh_ slice_scatter slogdet softmax solve sort sparse_dim split
    split_with_sizes sqrt sqrt_ square square_ squeeze squeeze_ std std_mean stft sum sum_to_size svd swapaxes swapaxes_ swapdims swapdims_
    symeig t t_ take take_along_dim tan tan_ tanh tanh_ tensor_split tile to to_dense topk trace transpose transpose_ triangular_solve tril tril_
    triu triu_ trunc trunc_ type type_as unbind unflatten unfold uniform_ unique unique_consecutive unsafe_chunk unsafe_split
    unsafe_split_with_sizes unsqueeze unsqueeze_ values var var_mean vdot view view_as view_as_complex view_as_real vsplit where xlogy xlogy_
    zero_
""".split()

NAMES = {
    "activations": (
        " _prelu_kernel _rrelu celu celu_ elu elu_ gelu glu hardshrink hardsigmoid hardsigmoid_ hardswish hardswish_ hardtanh hardtanh_"
        " internal._prelu_kernel internal._rrelu internal.celu internal.elu internal.hardsigmoid internal.hardswish internal.hardtanh internal.leaky_relu"
        " internal.mish internal.relu6 internal.selu internal.silu internal.threshold leaky_relu leaky_relu_ logsigmoid mish mish_ nn.functional.celu"
        " nn.functional.celu_ nn.functional.elu nn.functional.elu_ nn.functional.gelu nn.functional.glu nn.functional.hardshrink nn.functional.hardsigmoid"
        " nn.functional.hardsigmoid_ nn.functional.hardswish nn.functional.hardswish_ nn.functional.hardtanh nn.functional.hardtanh_"
        " nn.functional.leaky_relu nn.functional.leaky_relu_ nn.functional.logsigmoid nn.functional.mish nn.functional.mish_ nn.functional.prelu"
        " nn.functional.relu nn.functional.relu6 nn.functional.relu6_ nn.functional.rrelu nn.functional.rrelu_ nn.functional.selu nn.functional.selu_"
        " nn.functional.silu nn.functional.silu_ nn.functional.softplus nn.functional.softshrink nn.functional.softsign nn.functional.tanhshrink"
        " nn.functional.threshold nn.functional.threshold_ prelu relu relu6 relu6_ relu_ rrelu rrelu_ selu selu_ silu silu_ softplus softshrink softsign"
        " tanh tanhshrink threshold threshold_ torch.hardshrink torch.prelu torch.rrelu torch.rrelu_ "
    ),
    "attention": (
        " _attention _attention_back internal._attention internal._attention_back multi_head_attention_forward nn.functional.multi_head_attention_forward"
        " nn.functional.scaled_dot_product_attention scaled_dot_product_attention "
    ),
    "bessel": (
        " _polynomial airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v"
        " chebyshev_polynomial_w hermite_polynomial_h hermite_polynomial_he internal._airy internal._polynomial internal.airy_ai laguerre_polynomial_l"
        " legendre_polynomial_p modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 scaled_modified_bessel_k0"
        " scaled_modified_bessel_k1 shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v"
        " shifted_chebyshev_polynomial_w special.airy_ai special.bessel_j0 special.bessel_j1 special.bessel_y0 special.bessel_y1"
        " special.chebyshev_polynomial_t special.chebyshev_polynomial_u special.chebyshev_polynomial_v special.chebyshev_polynomial_w"
        " special.hermite_polynomial_h special.hermite_polynomial_he special.laguerre_polynomial_l special.legendre_polynomial_p special.modified_bessel_i0"
        " special.modified_bessel_i1 special.modified_bessel_k0 special.modified_bessel_k1 special.scaled_modified_bessel_k0"
        " special.scaled_modified_bessel_k1 special.shifted_chebyshev_polynomial_t special.shifted_chebyshev_polynomial_u"
        " special.shifted_chebyshev_polynomial_v special.shifted_chebyshev_polynomial_w special.spherical_bessel_j0 special.zeta spherical_bessel_j0 zeta "
    ),
    "complexes": (
        " angle cdouble cfloat complex conj conj_physical conj_physical_ imag internal._conj internal._conj_physical internal._imag internal._neg_imag"
        " internal._real internal.conj internal.conj_physical internal.imag internal.real is_conj is_neg polar real resolve_conj resolve_neg torch.angle"
        " torch.complex torch.conj torch.conj_physical torch.imag torch.is_conj torch.is_neg torch.polar torch.real torch.resolve_conj torch.resolve_neg"
        " torch.view_as_complex torch.view_as_real view_as_complex view_as_real "
    ),
    "convolution": (
        " _conv_input _conv_weight conv1d conv1d.padding conv2d conv2d.padding conv3d conv3d.padding conv_tbc conv_transpose1d conv_transpose2d"
        " conv_transpose3d convolution fold internal._conv_input internal._conv_weight nn.functional.conv1d nn.functional.conv2d nn.functional.conv3d"
        " nn.functional.conv_tbc nn.functional.conv_transpose1d nn.functional.conv_transpose2d nn.functional.conv_transpose3d nn.functional.fold"
        " nn.functional.unfold torch.conv1d torch.conv2d torch.conv3d torch.conv_tbc torch.conv_transpose1d torch.conv_transpose2d torch.conv_transpose3d"
        " torch.convolution unfold "
    ),
    "copying": (
        " Tensor.copy_ Tensor.fill_ Tensor.repeat Tensor.zero_ _block_diag _tile _to_copy as_strided_ bfloat16 block_diag bool broadcast_tensors byte"
        " cartesian_prod cat char clone column_stack combinations concat concatenate contiguous copy_ cpu cuda double dstack fill fill.Tensor fill_"
        " fill_.Tensor fill_diagonal_ flip fliplr flipud float half hstack int internal._block_diag internal._tile internal._to_copy long meshgrid repeat"
        " repeat_interleave repeat_interleave.counts repeat_interleave.tensor resize_ resize_as_ roll rot90 row_stack short squeeze_ stack swapaxes_"
        " swapdims_ t_ tile to torch.block_diag torch.broadcast_tensors torch.cartesian_prod torch.cat torch.clone torch.column_stack torch.combinations"
        " torch.concat torch.concatenate torch.contiguous torch.dstack torch.fill torch.flip torch.fliplr torch.flipud torch.hstack torch.meshgrid"
        " torch.repeat_interleave torch.roll torch.rot90 torch.row_stack torch.stack torch.tile torch.vstack transpose_ type type_as unsqueeze_ vstack"
        " zero_ "
    ),
    "ctc": (
        " _ctc_back _ctc_loss ctc_loss internal._ctc_back internal._ctc_loss nn.functional.ctc_loss torch.ctc_loss "
    ),
    "decompose": (
        " LinAlgError _pinv _solve chain_matmul cholesky cond det diagonal eigh eigvalsh internal._eigh internal._pinv internal._qr internal._slogdet"
        " internal._solve internal._svd internal.linalg_eigh internal.linalg_qr internal.linalg_slogdet internal.linalg_svd inv inverse linalg.cholesky"
        " linalg.cond linalg.cond.p_str linalg.det linalg.diagonal linalg.eigh linalg.eigvalsh linalg.inv linalg.matrix_exp linalg.matrix_norm"
        " linalg.matrix_norm.str_ord linalg.matrix_power linalg.matrix_rank linalg.matrix_rank.atol_rtol_float linalg.matrix_rank.atol_rtol_tensor"
        " linalg.matrix_rank.tol_tensor linalg.multi_dot linalg.norm linalg.norm.ord_str linalg.pinv linalg.pinv.atol_rtol_float"
        " linalg.pinv.atol_rtol_tensor linalg.pinv.rcond_tensor linalg.qr linalg.slogdet linalg.solve linalg.solve_triangular linalg.svd linalg.svdvals"
        " linalg.vecdot linalg_eigh linalg_qr linalg_slogdet linalg_svd logdet matrix_exp matrix_norm matrix_power matrix_rank multi_dot norm pinv pinverse"
        " qr slogdet solve solve_triangular svd svdvals torch.chain_matmul torch.cholesky torch.det torch.inverse torch.logdet torch.matrix_exp"
        " torch.matrix_power torch.pinverse torch.qr torch.slogdet torch.svd vecdot "
    ),
    "distances": (
        " _cdist cdist cosine_similarity internal._cdist nn.functional.cosine_similarity nn.functional.pairwise_distance nn.functional.pdist"
        " pairwise_distance pdist torch.cdist torch.cosine_similarity torch.pairwise_distance torch.pdist "
    ),
    "dropping": (
        " alpha_dropout alpha_dropout_ dropout dropout1d dropout2d dropout3d dropout_ feature_alpha_dropout feature_alpha_dropout_ feature_dropout"
        " feature_dropout_ nn.functional.alpha_dropout nn.functional.dropout nn.functional.dropout1d nn.functional.dropout2d nn.functional.dropout3d"
        " nn.functional.feature_alpha_dropout torch.alpha_dropout torch.alpha_dropout_ torch.dropout torch.dropout_ torch.feature_alpha_dropout"
        " torch.feature_alpha_dropout_ torch.feature_dropout torch.feature_dropout_ "
    ),
    "elementary": (
        " acos acos_ acosh acosh_ arccos arccos_ arccosh arccosh_ arcsin arcsin_ arcsinh arcsinh_ arctan arctan2 arctan2_ arctan_ arctanh arctanh_ asin"
        " asin_ asinh asinh_ atan atan2 atan2_ atan_ atanh atanh_ cosh cosh_ exp2 exp2_ expm1 expm1_ log10 log10_ log1p log1p_ log2 log2_ rsqrt rsqrt_ sinh"
        " sinh_ torch.acos torch.acosh torch.arccos torch.arccosh torch.arcsin torch.arcsinh torch.arctan torch.arctan2 torch.arctanh torch.asin"
        " torch.asinh torch.atan torch.atan2 torch.atanh torch.cosh torch.exp2 torch.expm1 torch.log10 torch.log1p torch.log2 torch.rsqrt torch.sinh "
    ),
    "factory": (
        " Tensor.new_empty Tensor.new_empty_strided Tensor.new_full Tensor.new_ones Tensor.new_tensor Tensor.new_zeros arange arange.start as_tensor"
        " asarray bartlett_window blackman_window empty empty_like empty_permuted empty_strided eye from_numpy full full_like hamming_window hann_window"
        " kaiser_window linspace linspace.tensors logspace logspace.tensors new new_empty new_empty_strided new_full new_ones new_tensor new_zeros ones"
        " ones_like range scalar_tensor tensor torch.arange torch.as_tensor torch.asarray torch.bartlett_window torch.blackman_window torch.empty"
        " torch.empty_like torch.empty_permuted torch.empty_strided torch.eye torch.from_numpy torch.full torch.full_like torch.hamming_window"
        " torch.hann_window torch.kaiser_window torch.linspace torch.logspace torch.ones torch.ones_like torch.range torch.scalar_tensor torch.tensor"
        " torch.tril_indices torch.triu_indices torch.vander torch.zeros torch.zeros_like tril_indices triu_indices vander zeros zeros_like "
    ),
    "foreign": (
        " _resize apply_ ccol_indices coalesce col_indices const_data_ptr crow_indices dense_dim eig hash_tensor indices internal._resize internal.set_"
        " is_coalesced is_distributed is_pinned is_shared lstsq map2_ map_ reinforce resize resize_as row_indices set_ solve sparse_dim symeig to_dense"
        " torch.dense_dim torch.hash_tensor torch.sparse_dim torch.to_dense values "
    ),
    "fourier": (
        " _fft_c2c _fft_c2r _fft_r2c fft fft.fft fft.fft2 fft.fftfreq fft.fftn fft.fftshift fft.hfft fft.hfft2 fft.hfftn fft.ifft fft.ifft2 fft.ifftn"
        " fft.ifftshift fft.ihfft fft.ihfft2 fft.ihfftn fft.irfft fft.irfft2 fft.irfftn fft.rfft fft.rfft2 fft.rfftfreq fft.rfftn fft2 fftfreq fftn"
        " fftshift hfft hfft2 hfftn ifft ifft2 ifftn ifftshift ihfft ihfft2 ihfftn internal._fft_c2c internal._fft_c2r internal._fft_r2c irfft irfft2"
        " irfftn istft rfft rfft2 rfftfreq rfftn stft torch.istft torch.stft "
    ),
    "histograms": (
        " _histogramdd histc histogram histogram.bins_tensor histogramdd internal._histogramdd torch.histc torch.histogram torch.histogramdd "
    ),
    "indexing": (
        " _as_strided_scatter _diagonal_copy _isin _unique _unique_consecutive argwhere as_strided_scatter bincount diag diag_embed diagflat"
        " diagonal_scatter gather index index_add index_add_ index_copy index_copy_ index_fill index_fill.Tensor index_fill_ index_put index_put_"
        " index_reduce index_reduce_ index_select internal._as_strided_scatter internal._diagonal_copy internal._isin internal._unique"
        " internal._unique_consecutive internal.index internal.nonzero isin masked_fill masked_fill_ masked_scatter masked_scatter_ masked_select"
        " nn.functional.one_hot nonzero nonzero_static one_hot put put_ scatter scatter.reduce scatter.value scatter.value_reduce scatter_ scatter_add"
        " scatter_add_ scatter_reduce scatter_reduce_ select_backward select_scatter slice_backward slice_scatter take take_along_dim torch.argwhere"
        " torch.as_strided_scatter torch.bincount torch.diag torch.diag_embed torch.diagflat torch.diagonal_scatter torch.gather torch.index_add"
        " torch.index_copy torch.index_fill torch.index_put torch.index_reduce torch.index_select torch.isin torch.masked_fill torch.masked_scatter"
        " torch.masked_select torch.nonzero torch.nonzero_static torch.put torch.scatter torch.scatter_add torch.scatter_reduce torch.select_backward"
        " torch.select_scatter torch.slice_backward torch.slice_scatter torch.take torch.take_along_dim torch.tril torch.triu torch.unique"
        " torch.unique_consecutive torch.unravel_index tril tril_ triu triu_ unique unique_consecutive unravel_index "
    ),
    "linalg": (
        " _squeezed addbmm addbmm_ addmm addmm_ addmv addmv_ addr addr_ baddbmm baddbmm_ bmm cross dot einsum ger inner internal._squeezed kron"
        " linalg.cross linalg.matmul matmul mm mv outer tensordot torch.addbmm torch.addmm torch.addmv torch.addr torch.baddbmm torch.bmm torch.cross"
        " torch.dot torch.einsum torch.ger torch.inner torch.kron torch.matmul torch.mm torch.mv torch.outer torch.tensordot torch.trace torch.vdot trace"
        " vdot "
    ),
    "logic": (
        " bitwise_and bitwise_and_ bitwise_left_shift bitwise_left_shift_ bitwise_not bitwise_not_ bitwise_or bitwise_or_ bitwise_right_shift"
        " bitwise_right_shift_ bitwise_xor bitwise_xor_ eq eq_ gcd gcd_ ge ge_ greater greater_ greater_equal greater_equal_ gt gt_ isfinite isinf isnan"
        " isneginf isposinf isreal lcm lcm_ le le_ less less_ less_equal less_equal_ logical_and logical_and_ logical_not logical_not_ logical_or"
        " logical_or_ logical_xor logical_xor_ lt lt_ ne ne_ not_equal not_equal_ signbit torch.bitwise_and torch.bitwise_left_shift torch.bitwise_not"
        " torch.bitwise_or torch.bitwise_right_shift torch.bitwise_xor torch.eq torch.gcd torch.ge torch.greater torch.greater_equal torch.gt"
        " torch.isfinite torch.isinf torch.isnan torch.isneginf torch.isposinf torch.isreal torch.lcm torch.le torch.less torch.less_equal"
        " torch.logical_and torch.logical_not torch.logical_or torch.logical_xor torch.lt torch.ne torch.not_equal torch.signbit "
    ),
    "losses": (
        " _bce _bce_logits _huber_loss _mse_loss _multi_margin _multilabel_margin _nll _nll_back _over _smooth_l1_loss _soft_margin binary_cross_entropy"
        " binary_cross_entropy_with_logits cosine_embedding_loss cross_entropy gaussian_nll_loss hinge_embedding_loss huber_loss internal._bce"
        " internal._bce_logits internal._huber_loss internal._mse_loss internal._multi_margin internal._multilabel_margin internal._nll internal._nll_back"
        " internal._over internal._smooth_l1_loss internal._soft_margin kl_div l1_loss linear_cross_entropy margin_ranking_loss mse_loss multi_margin_loss"
        " multilabel_margin_loss multilabel_soft_margin_loss nll_loss nn.functional.binary_cross_entropy nn.functional.binary_cross_entropy_with_logits"
        " nn.functional.cosine_embedding_loss nn.functional.cross_entropy nn.functional.gaussian_nll_loss nn.functional.hinge_embedding_loss"
        " nn.functional.huber_loss nn.functional.kl_div nn.functional.l1_loss nn.functional.linear_cross_entropy nn.functional.margin_ranking_loss"
        " nn.functional.mse_loss nn.functional.multi_margin_loss nn.functional.multilabel_margin_loss nn.functional.multilabel_soft_margin_loss"
        " nn.functional.nll_loss nn.functional.poisson_nll_loss nn.functional.smooth_l1_loss nn.functional.soft_margin_loss"
        " nn.functional.triplet_margin_loss nn.functional.triplet_margin_with_distance_loss poisson_nll_loss smooth_l1_loss soft_margin_loss"
        " torch.binary_cross_entropy_with_logits torch.cosine_embedding_loss torch.hinge_embedding_loss torch.kl_div torch.margin_ranking_loss"
        " torch.poisson_nll_loss torch.triplet_margin_loss triplet_margin_loss triplet_margin_with_distance_loss "
    ),
    "lowrank": (
        " internal._lobpcg internal.lobpcg lobpcg pca_lowrank svd_lowrank torch.lobpcg torch.pca_lowrank torch.svd_lowrank "
    ),
    "neural": (
        " _embedding _embedding_back _embedding_bag bilinear embedding embedding_bag embedding_bag.padding_idx gumbel_softmax internal._embedding"
        " internal._embedding_back internal._embedding_bag linear log_softmax nn.functional.bilinear nn.functional.embedding nn.functional.embedding_bag"
        " nn.functional.gumbel_softmax nn.functional.linear nn.functional.log_softmax nn.functional.normalize nn.functional.softmax nn.functional.softmin"
        " normalize softmax softmin torch.bilinear torch.embedding torch.embedding_bag "
    ),
    "normalization": (
        " _channel_norm _channel_norm_back _channel_stats _layer_norm_back batch_norm group_norm instance_norm internal._channel_norm"
        " internal._channel_norm_back internal._channel_stats internal._layer_norm_back layer_norm local_response_norm native_batch_norm native_group_norm"
        " native_layer_norm nn.functional.batch_norm nn.functional.group_norm nn.functional.instance_norm nn.functional.layer_norm"
        " nn.functional.local_response_norm nn.functional.rms_norm rms_norm torch.batch_norm torch.group_norm torch.instance_norm torch.layer_norm"
        " torch.native_batch_norm torch.native_group_norm torch.native_layer_norm torch.rms_norm "
    ),
    "pointwise": (
        " cos cos_ exp exp_ expit log log_ nn.functional.sigmoid reciprocal reciprocal_ relu relu_ sigmoid sigmoid_ sin sin_ special.sigmoid sqrt sqrt_"
        " square square_ tan tan_ tanh tanh_ torch.cos torch.exp torch.log torch.reciprocal torch.relu torch.sigmoid torch.sin torch.sqrt torch.square"
        " torch.tan torch.tanh "
    ),
    "pooling": (
        " _adaptive_avg _adaptive_back _adaptive_max _avg_back _avg_pool _fractional_max _max_pool _max_unpool _put_at adaptive_avg_pool1d"
        " adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool1d_with_indices adaptive_max_pool2d adaptive_max_pool2d_with_indices"
        " adaptive_max_pool3d adaptive_max_pool3d_with_indices avg_pool1d avg_pool2d avg_pool3d fractional_max_pool2d fractional_max_pool2d_with_indices"
        " fractional_max_pool3d fractional_max_pool3d_with_indices internal._adaptive_avg internal._adaptive_back internal._adaptive_max internal._avg_back"
        " internal._avg_pool internal._fractional_max internal._max_pool internal._max_unpool internal._put_at lp_pool1d lp_pool2d lp_pool3d max_pool1d"
        " max_pool1d_with_indices max_pool2d max_pool2d_with_indices max_pool3d max_pool3d_with_indices max_unpool1d max_unpool2d max_unpool3d"
        " nn.functional.adaptive_avg_pool1d nn.functional.adaptive_avg_pool2d nn.functional.adaptive_avg_pool3d nn.functional.adaptive_max_pool1d"
        " nn.functional.adaptive_max_pool1d_with_indices nn.functional.adaptive_max_pool2d nn.functional.adaptive_max_pool2d_with_indices"
        " nn.functional.adaptive_max_pool3d nn.functional.adaptive_max_pool3d_with_indices nn.functional.avg_pool1d nn.functional.avg_pool2d"
        " nn.functional.avg_pool3d nn.functional.fractional_max_pool2d nn.functional.fractional_max_pool2d_with_indices nn.functional.fractional_max_pool3d"
        " nn.functional.fractional_max_pool3d_with_indices nn.functional.lp_pool1d nn.functional.lp_pool2d nn.functional.lp_pool3d nn.functional.max_pool1d"
        " nn.functional.max_pool1d_with_indices nn.functional.max_pool2d nn.functional.max_pool2d_with_indices nn.functional.max_pool3d"
        " nn.functional.max_pool3d_with_indices nn.functional.max_unpool1d nn.functional.max_unpool2d nn.functional.max_unpool3d torch.adaptive_avg_pool1d"
        " torch.adaptive_max_pool1d torch.avg_pool1d torch.max_pool1d torch.max_pool1d_with_indices torch.max_pool2d torch.max_pool3d "
    ),
    "randoms": (
        " Tensor.bernoulli_ Tensor.cauchy_ Tensor.exponential_ Tensor.geometric_ Tensor.log_normal_ Tensor.normal_ Tensor.random_ Tensor.uniform_ bernoulli"
        " bernoulli.p bernoulli_ bernoulli_.Tensor binomial cauchy_ exponential_ geometric_ log_normal_ multinomial normal normal.both normal.size"
        " normal.std normal_ poisson rand rand_like randint randint.low randint_like randint_like.low randn randn_like random_ random_.from random_.to"
        " randperm torch.bernoulli torch.binomial torch.multinomial torch.normal torch.poisson torch.rand torch.rand_like torch.randint torch.randint_like"
        " torch.randn torch.randn_like torch.randperm uniform_ "
    ),
    "reduce": (
        " _log_softmax_backward_data _norm _softmax_backward_data all all.dim allclose amax amin aminmax any any.dim argmax argmin corrcoef count_nonzero"
        " cov dist equal internal._log_softmax_backward_data internal._norm internal._softmax_backward_data is_nonzero isclose linalg.vector_norm"
        " log_softmax logsumexp max max.dim max.other mean mean.dim min min.dim min.other nanmean nansum norm prod prod.dim renorm renorm_ softmax"
        " special.log_softmax special.logsumexp special.softmax std std.dim_unbiased std.unbiased std_mean std_mean.dim_unbiased std_mean.unbiased sum"
        " sum.dim torch.all torch.allclose torch.amax torch.amin torch.aminmax torch.any torch.argmax torch.argmin torch.corrcoef torch.count_nonzero"
        " torch.cov torch.dist torch.equal torch.is_nonzero torch.isclose torch.log_softmax torch.logsumexp torch.max torch.mean torch.min torch.nanmean"
        " torch.nansum torch.norm torch.prod torch.renorm torch.softmax torch.std torch.std_mean torch.sum torch.var torch.var_mean var var.dim_unbiased"
        " var.unbiased var_mean var_mean.dim_unbiased var_mean.unbiased vector_norm "
    ),
    "resizing": (
        " _pad_back _pad_repeat _resample _resample_back channel_shuffle constant_pad_nd internal._pad_back internal._pad_repeat internal._resample"
        " internal._resample_back interpolate native_channel_shuffle nn.functional.channel_shuffle nn.functional.interpolate"
        " nn.functional.native_channel_shuffle nn.functional.pad nn.functional.pixel_shuffle nn.functional.pixel_unshuffle nn.functional.upsample"
        " nn.functional.upsample_bilinear nn.functional.upsample_nearest pad pixel_shuffle pixel_unshuffle torch.channel_shuffle torch.constant_pad_nd"
        " torch.native_channel_shuffle torch.pixel_shuffle torch.pixel_unshuffle upsample upsample_bilinear upsample_nearest "
    ),
    "sampling": (
        " affine_grid affine_grid_generator grid_sample grid_sampler grid_sampler_2d grid_sampler_3d nn.functional.affine_grid nn.functional.grid_sample"
        " torch.affine_grid_generator torch.grid_sampler torch.grid_sampler_2d torch.grid_sampler_3d "
    ),
    "scan": (
        " _scaled cummax cummin cumprod cumprod_ cumsum cumsum_ cumulative_trapezoid cumulative_trapezoid.x diff gradient internal._scaled logcumsumexp"
        " torch.cummax torch.cummin torch.cumprod torch.cumsum torch.cumulative_trapezoid torch.diff torch.gradient torch.logcumsumexp torch.trapezoid"
        " torch.trapz trapezoid trapz "
    ),
    "selection": (
        " Tensor.nan_to_num_ Tensor.where addcdiv addcdiv_ addcmul addcmul_ ceil ceil_ clamp clamp_ clamp_max clamp_max_ clamp_min clamp_min_ clip clip_"
        " copysign copysign_ deg2rad deg2rad_ fix fix_ float_power float_power_ floor floor_ fmax fmin frac frac_ frexp heaviside heaviside_ hypot hypot_"
        " internal.nan_to_num ldexp ldexp_ lerp lerp_ maximum minimum nan_to_num nan_to_num_ nextafter nextafter_ rad2deg rad2deg_ round round.decimals"
        " round_ special.round torch.addcdiv torch.addcmul torch.ceil torch.clamp torch.clamp_max torch.clamp_min torch.clip torch.copysign torch.deg2rad"
        " torch.fix torch.float_power torch.floor torch.fmax torch.fmin torch.frac torch.frexp torch.heaviside torch.hypot torch.ldexp torch.lerp"
        " torch.maximum torch.minimum torch.nan_to_num torch.nextafter torch.rad2deg torch.round torch.trunc torch.where trunc trunc_ where where.index"
        " where.method "
    ),
    "solvers": (
        " Tensor.orgqr _permutation cholesky_ex cholesky_inverse cholesky_solve eig eigvals geqrf householder_product internal._cholesky_ex internal._eig"
        " internal._inv_ex internal._ldl internal._ldl_solve internal._lstsq internal._lu internal._lu_factor internal._lu_solve internal._permutation"
        " internal._solve_ex internal.linalg_cholesky_ex internal.linalg_eig internal.linalg_inv_ex internal.linalg_ldl_factor_ex internal.linalg_ldl_solve"
        " internal.linalg_lstsq internal.linalg_lu internal.linalg_lu_factor_ex internal.linalg_lu_solve internal.linalg_solve_ex inv_ex ldl_factor"
        " ldl_factor_ex ldl_solve linalg.cholesky_ex linalg.eig linalg.eigvals linalg.householder_product linalg.inv_ex linalg.ldl_factor"
        " linalg.ldl_factor_ex linalg.ldl_solve linalg.lstsq linalg.lu linalg.lu_factor linalg.lu_factor_ex linalg.lu_solve linalg.solve_ex"
        " linalg.tensorinv linalg.tensorsolve linalg.vander linalg_cholesky_ex linalg_eig linalg_inv_ex linalg_ldl_factor_ex linalg_ldl_solve linalg_lstsq"
        " linalg_lu linalg_lu_factor_ex linalg_lu_solve linalg_solve_ex lstsq lu lu_factor lu_factor_ex lu_solve lu_unpack orgqr ormqr solve_ex tensorinv"
        " tensorsolve torch.cholesky_inverse torch.cholesky_solve torch.geqrf torch.lu torch.lu_solve torch.lu_unpack torch.ormqr torch.triangular_solve"
        " triangular_solve vander "
    ),
    "sorting": (
        " argsort bucketize kthvalue median median.dim mode msort nanmedian nanmedian.dim nanquantile quantile searchsorted sort topk torch.argsort"
        " torch.bucketize torch.kthvalue torch.median torch.mode torch.msort torch.nanmedian torch.nanquantile torch.quantile torch.searchsorted torch.sort"
        " torch.topk "
    ),
    "special": (
        " digamma digamma_ entr erf erf_ erfc erfc_ erfcx erfinv erfinv_ gammainc gammaincc gammaln i0 i0_ i0e i1 i1e igamma igamma_ igammac igammac_"
        " lgamma lgamma_ log_ndtr logaddexp logaddexp2 logit logit_ multigammaln mvlgamma mvlgamma_ ndtr ndtri polygamma polygamma_ psi sinc sinc_"
        " special.digamma special.entr special.erf special.erfc special.erfcx special.erfinv special.i0 special.i0e special.i1 special.i1e special.log_ndtr"
        " special.logit special.ndtr special.ndtri special.polygamma special.sinc special.xlog1py special.xlogy torch.digamma torch.erf torch.erfc"
        " torch.erfinv torch.i0 torch.igamma torch.igammac torch.lgamma torch.logaddexp torch.logaddexp2 torch.logit torch.mvlgamma torch.polygamma"
        " torch.sinc torch.xlogy xlog1py xlogy xlogy_ "
    ),
    "viewcopies": (
        " alias_copy as_strided_copy detach_copy diagonal_copy expand_copy narrow_copy permute_copy select_copy slice_copy split_copy split_with_sizes_copy"
        " squeeze_copy squeeze_copy.dim squeeze_copy.dims t_copy torch.alias_copy torch.as_strided_copy torch.detach_copy torch.diagonal_copy"
        " torch.expand_copy torch.narrow_copy torch.permute_copy torch.select_copy torch.slice_copy torch.split_copy torch.split_with_sizes_copy"
        " torch.squeeze_copy torch.t_copy torch.transpose_copy torch.unbind_copy torch.unfold_copy torch.unsqueeze_copy torch.view_as_complex_copy"
        " torch.view_as_real_copy torch.view_copy transpose_copy unbind_copy unfold_copy unsqueeze_copy view_as_complex_copy view_as_real_copy view_copy"
        " view_copy.dtype "
    ),
    "views": (
        " _reshape_alias _unsafe_view adjoint alias as_strided atleast_1d atleast_2d atleast_3d broadcast_to chunk diagonal dsplit dsplit.array expand"
        " expand_as flatten hsplit hsplit.array internal._reshape_alias internal._unsafe_view internal.alias internal.slice moveaxis movedim movedim.ints"
        " narrow narrow.Tensor permute ravel reshape reshape_as select slice split split.sizes split_with_sizes squeeze squeeze.dim squeeze.dims"
        " sum_to_size swapaxes swapdims t tensor_split tensor_split.sections tensor_split.tensor torch.adjoint torch.as_strided torch.atleast_1d"
        " torch.atleast_2d torch.atleast_3d torch.broadcast_to torch.chunk torch.diagonal torch.dsplit torch.expand torch.expand_as torch.flatten"
        " torch.hsplit torch.moveaxis torch.movedim torch.narrow torch.permute torch.ravel torch.reshape torch.reshape_as torch.select torch.split"
        " torch.split_with_sizes torch.squeeze torch.sum_to_size torch.swapaxes torch.swapdims torch.t torch.tensor_split torch.transpose torch.unbind"
        " torch.unflatten torch.unfold torch.unsafe_chunk torch.unsafe_split torch.unsafe_split_with_sizes torch.unsqueeze torch.view torch.view_as"
        " torch.vsplit transpose unbind unflatten unfold unsafe_chunk unsafe_split unsafe_split_with_sizes unsqueeze view view.dtype view_as vsplit"
        " vsplit.array "
    ),
}
