"""Names of the ops that start-up leaves out (see ops/__init__.py). Written by tests/make_late.py; a test keeps it fresh."""

from __future__ import annotations

LATE = frozenset(
    """
    LinAlgError _bce _bce_logits _channel_norm _embedding _huber_loss _mse_loss _nll _pinv _prelu_kernel _smooth_l1_loss _solve argsort batch_norm
    bilinear binary_cross_entropy binary_cross_entropy_with_logits bucketize cdist celu celu_ chain_matmul cholesky cond cosine_embedding_loss
    cosine_similarity cross_entropy det diagonal digamma digamma_ dropout eigh eigvalsh elu elu_ embedding entr erf erf_ erfc erfc_ erfcx erfinv
    erfinv_ gammainc gammaincc gammaln gaussian_nll_loss gelu glu group_norm hardshrink hardsigmoid hardsigmoid_ hardswish hardswish_ hardtanh
    hardtanh_ hinge_embedding_loss histc histogram huber_loss i0 i0_ i0e i1 i1e igamma igamma_ igammac igammac_ instance_norm internal._bce
    internal._bce_logits internal._channel_norm internal._eigh internal._embedding internal._huber_loss internal._mse_loss internal._nll internal._pinv
    internal._prelu_kernel internal._qr internal._slogdet internal._smooth_l1_loss internal._solve internal._svd internal.celu internal.elu
    internal.hardsigmoid internal.hardswish internal.hardtanh internal.leaky_relu internal.linalg_eigh internal.linalg_qr internal.linalg_slogdet
    internal.linalg_svd internal.mish internal.relu6 internal.selu internal.silu internal.threshold inv inverse kl_div kthvalue l1_loss layer_norm
    leaky_relu leaky_relu_ lgamma lgamma_ linalg.cholesky linalg.cond linalg.det linalg.diagonal linalg.eigh linalg.eigvalsh linalg.inv
    linalg.matrix_exp linalg.matrix_norm linalg.matrix_power linalg.matrix_rank linalg.multi_dot linalg.norm linalg.pinv linalg.qr linalg.slogdet
    linalg.solve linalg.solve_triangular linalg.svd linalg.svdvals linalg.vecdot linalg_eigh linalg_qr linalg_slogdet linalg_svd linear log_ndtr
    log_softmax logaddexp logaddexp2 logdet logit logit_ logsigmoid margin_ranking_loss matrix_exp matrix_norm matrix_power matrix_rank median
    median.dim mish mish_ mode mse_loss msort multi_dot multi_margin_loss multigammaln multilabel_soft_margin_loss mvlgamma mvlgamma_ nanmedian
    nanmedian.dim nanquantile ndtr ndtri nll_loss nn.functional.batch_norm nn.functional.bilinear nn.functional.binary_cross_entropy
    nn.functional.binary_cross_entropy_with_logits nn.functional.celu nn.functional.celu_ nn.functional.cosine_embedding_loss
    nn.functional.cosine_similarity nn.functional.cross_entropy nn.functional.dropout nn.functional.elu nn.functional.elu_ nn.functional.embedding
    nn.functional.gaussian_nll_loss nn.functional.gelu nn.functional.glu nn.functional.group_norm nn.functional.hardshrink nn.functional.hardsigmoid
    nn.functional.hardsigmoid_ nn.functional.hardswish nn.functional.hardswish_ nn.functional.hardtanh nn.functional.hardtanh_
    nn.functional.hinge_embedding_loss nn.functional.huber_loss nn.functional.instance_norm nn.functional.kl_div nn.functional.l1_loss
    nn.functional.layer_norm nn.functional.leaky_relu nn.functional.leaky_relu_ nn.functional.linear nn.functional.log_softmax nn.functional.logsigmoid
    nn.functional.margin_ranking_loss nn.functional.mish nn.functional.mish_ nn.functional.mse_loss nn.functional.multi_margin_loss
    nn.functional.multilabel_soft_margin_loss nn.functional.nll_loss nn.functional.normalize nn.functional.pairwise_distance
    nn.functional.poisson_nll_loss nn.functional.prelu nn.functional.relu nn.functional.relu6 nn.functional.relu6_ nn.functional.rms_norm
    nn.functional.scaled_dot_product_attention nn.functional.selu nn.functional.selu_ nn.functional.silu nn.functional.silu_
    nn.functional.smooth_l1_loss nn.functional.soft_margin_loss nn.functional.softmax nn.functional.softmin nn.functional.softplus
    nn.functional.softshrink nn.functional.softsign nn.functional.tanhshrink nn.functional.threshold nn.functional.threshold_
    nn.functional.triplet_margin_loss norm normalize pairwise_distance pinv pinverse poisson_nll_loss polygamma prelu psi qr quantile relu relu6 relu6_
    relu_ rms_norm scaled_dot_product_attention searchsorted selu selu_ silu silu_ sinc sinc_ slogdet smooth_l1_loss soft_margin_loss softmax softmin
    softplus softshrink softsign solve solve_triangular sort special.digamma special.entr special.erf special.erfc special.erfcx special.erfinv
    special.i0 special.i0e special.i1 special.i1e special.log_ndtr special.logit special.ndtr special.ndtri special.polygamma special.sinc
    special.xlog1py special.xlogy svd svdvals tanh tanhshrink threshold threshold_ topk torch.argsort torch.bilinear torch.bucketize torch.cdist
    torch.chain_matmul torch.cholesky torch.cosine_embedding_loss torch.cosine_similarity torch.det torch.digamma torch.erf torch.erfc torch.erfinv
    torch.hardshrink torch.hinge_embedding_loss torch.histc torch.histogram torch.i0 torch.igamma torch.igammac torch.inverse torch.kl_div
    torch.kthvalue torch.lgamma torch.logaddexp torch.logaddexp2 torch.logdet torch.logit torch.margin_ranking_loss torch.matrix_exp torch.matrix_power
    torch.median torch.mode torch.msort torch.mvlgamma torch.nanmedian torch.nanquantile torch.pairwise_distance torch.pinverse torch.polygamma
    torch.prelu torch.qr torch.quantile torch.rms_norm torch.searchsorted torch.sinc torch.slogdet torch.sort torch.svd torch.topk
    torch.triplet_margin_loss torch.xlogy triplet_margin_loss vecdot xlog1py xlogy xlogy_
    """.split()
)
